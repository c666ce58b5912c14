package dev.tandem.learner.objective;

import dev.tandem.policy.flow.RatioNorm;
import dev.tandem.policy.flow.SdeStep;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The image objective of one denoising step (Flow-GRPO, arXiv 2505.05470; UniGRPO, arXiv
 * 2603.23500): a policy loss of the step's ratio.
 *
 * @param surrogate policy loss of the ratio, after normalisation
 * @param ratioNorm whether {@link RatioNorm} is applied
 * @param advantageLimit advantages are kept between minus and plus this (Flow-GRPO's code: 5);
 *     infinite: any
 * @param reduction how log-densities and mean shifts are reduced over dimensions
 */
public record FlowObjective(
    FlowSurrogate surrogate, boolean ratioNorm, double advantageLimit, LatentReduction reduction) {
  public FlowObjective {
    Settings.positive("advantage_limit", advantageLimit);
  }

  /** The clipped loss without a limit on advantages. */
  public FlowObjective(ClipRange clip, boolean ratioNorm, LatentReduction reduction) {
    this(new ClippedSurrogate(clip), ratioNorm, Double.POSITIVE_INFINITY, reduction);
  }

  /**
   * What the ratio of a step is measured from.
   *
   * @param mean {@code mu_old}, as {@code [G, N, C]}
   * @param logProb log-probability of the step, {@code [G]}
   */
  public record Anchor(Tensor mean, Tensor logProb) {}

  /**
   * The surrogate of every member.
   *
   * @param mean {@code mu} under the current weights, {@code [G, N, C]}
   * @param logProb log-probability of the step under the current weights, {@code [G]}
   * @param surrogate ratio, value and clipping, {@code [G]}
   */
  public record Terms(Tensor mean, Tensor logProb, Surrogate surrogate) {}

  /** The anchor that a velocity gives, cut off from its gradient. */
  public Anchor anchor(FlowTransition step, Tensor velocity) {
    Tensor mean = step.mean(velocity.detach());
    return new Anchor(mean, step.logProb(mean, reduction));
  }

  /**
   * Evaluates one step.
   *
   * @param velocity prediction of the current weights, {@code [G, N, C]}
   * @param advantages {@code [G]}
   */
  public Terms evaluate(FlowTransition step, Tensor velocity, Anchor anchor, Tensor advantages) {
    Tensor mean = step.mean(velocity);
    Tensor logProb = step.logProb(mean, reduction);
    return new Terms(mean, logProb, surrogate(step.step(), mean, logProb, anchor, advantages));
  }

  /**
   * The policy loss of a step.
   *
   * @param mean {@code mu} under the current weights, {@code [G, N, C]}
   * @param logProb log-probability of the step under the current weights, {@code [G]}
   * @param advantages {@code [G]}
   */
  Surrogate surrogate(SdeStep step, Tensor mean, Tensor logProb, Anchor anchor, Tensor advantages) {
    Tensor logRatio = logProb.sub(anchor.logProb());
    if (ratioNorm) {
      Tensor shift = reduction.reduce(anchor.mean().sub(mean).square());
      logRatio = normalised(logRatio, shift, RatioNorm.of(step));
    }
    return surrogate.of(new StepRatios(logRatio, mean, anchor.mean(), step), limited(advantages));
  }

  private Tensor limited(Tensor advantages) {
    return Double.isInfinite(advantageLimit)
        ? advantages
        : advantages.clamp(
            new ScalarOptional(new Scalar(-advantageLimit)),
            new ScalarOptional(new Scalar(advantageLimit)));
  }

  /** Log-ratios {@code [G]} normalised with the squared shift of the mean {@code [G]}. */
  static Tensor normalised(Tensor logRatio, Tensor squaredShift, RatioNorm norm) {
    return logRatio
        .mul(new Scalar(norm.logRatioCoefficient()))
        .add(squaredShift.mul(new Scalar(norm.shiftCoefficient())));
  }
}
