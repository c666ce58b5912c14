package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * RatioNorm (GRPO-Guard, arXiv 2510.22319; UniGRPO, arXiv 2603.23500): {@code log r~ = s (log r +
 * |mu_old - mu|^2 / (2 s^2))} with {@code s = sigma sqrt(dt)}. A Gaussian's log-ratio is negative
 * on average, the more so the smaller the noise; the second term takes that bias away and the
 * factor gives every step the same spread, so that one clip range fits all steps.
 */
public final class RatioNorm {
  private RatioNorm() {}

  /**
   * Normalises the log-ratios of one step.
   *
   * @param logRatio {@code log r}, as {@code [G]}
   * @param squaredMeanShift {@code |mu_old - mu|^2}, reduced over dimensions as the log-ratio was,
   *     {@code [G]}
   * @param sigma noise level of the step
   * @param dt length of the step
   */
  public static Tensor logRatio(Tensor logRatio, Tensor squaredMeanShift, double sigma, double dt) {
    Tensor bias = squaredMeanShift.mul(new Scalar(1 / (2 * sigma * sigma * dt)));
    return logRatio.add(bias).mul(new Scalar(sigma * Math.sqrt(dt)));
  }
}
