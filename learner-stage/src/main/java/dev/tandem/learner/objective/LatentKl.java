package dev.tandem.learner.objective;

import dev.tandem.policy.flow.SdeStep;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The divergence of a denoising step from the reference policy's, as the implementations scale it.
 * Both steps are Gaussians of the same deviation {@code std = sigma_t sqrt(dt)}, so that only the
 * means differ; dimensions are averaged.
 */
public enum LatentKl {
  /** The Kullback-Leibler divergence itself: {@code |mu - mu_ref|² / (2 sigma_t² dt)}. */
  GAUSSIAN {
    @Override
    double slope(SdeStep step, double dt) {
      return step.divergence(1);
    }
  },
  /** R3 (arXiv 2602.15772), without the factor 1/2: {@code |mu - mu_ref|² / (sigma_t² dt)}. */
  R3 {
    @Override
    double slope(SdeStep step, double dt) {
      return 2 * step.divergence(1);
    }
  },
  /** Flow-GRPO's code (arXiv 2505.05470), without dt: {@code |mu - mu_ref|² / (2 sigma_t²)}. */
  FLOW_GRPO {
    @Override
    double slope(SdeStep step, double dt) {
      return dt * step.divergence(1);
    }
  };

  /**
   * The divergence of every member.
   *
   * @param mean {@code mu}, as {@code [G, N, C]}
   * @param reference {@code mu_ref}, as {@code [G, N, C]}
   * @param step the step that both are means of
   * @param dt the step's length
   * @return {@code [G]}
   */
  public Tensor of(Tensor mean, Tensor reference, SdeStep step, double dt) {
    return LatentReduction.MEAN
        .reduce(mean.sub(reference).square())
        .mul(new Scalar(slope(step, dt)));
  }

  /** Divergence per unit of the means' squared distance. */
  abstract double slope(SdeStep step, double dt);
}
