package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Flow-DPPO (UniRL, verl-omni): {@code r A}, except where the step has moved too far and the ratio
 * goes on the way that the advantage pushes it: there the value is 0.
 *
 * @param limit divergence {@code |mu - mu_old|² / (2 sigma_t² dt)}, mean over dimensions, from
 *     which on a step has moved too far
 * @param scaled false: the divergence is {@code |mu - mu_old|² / 2}
 */
public record DivergenceMask(double limit, boolean scaled) implements FlowSurrogate {
  /** UniRL's limit. */
  public static final DivergenceMask PUBLISHED = new DivergenceMask(1e-5, true);

  public DivergenceMask {
    Settings.positive("limit", limit);
  }

  @Override
  public Surrogate of(StepRatios ratios, Tensor advantages) {
    Tensor ratio = ratios.logRatio().exp();
    Tensor shift = ratios.mean().detach().sub(ratios.anchorMean()).square();
    double slope = scaled ? ratios.step().divergence(1) : 0.5;
    Tensor near = LatentReduction.MEAN.reduce(shift).mul(new Scalar(slope)).lt(new Scalar(limit));
    Tensor onward = ratio.detach().sub(new Scalar(1.0)).mul(advantages).gt(new Scalar(0.0));
    Tensor masked = near.logical_not().logical_and(onward);
    Tensor value = ratio.mul(advantages);
    return new Surrogate(ratio, torch.zeros_like(value).where(masked, value), masked);
  }
}
