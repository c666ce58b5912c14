package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One stochastic denoising step of a group (Flow-GRPO, arXiv 2505.05470): from {@code x} at time
 * {@code t} to {@code xNext} at {@code t - dt}, drawn from a Gaussian around {@code mu(velocity)}
 * with standard deviation {@code sigma * sqrt(dt)}.
 *
 * @param x latents {@code [G, N, C]}
 * @param xNext latents {@code [G, N, C]}
 * @param t flow time, from 1 (noise) to 0 (image)
 * @param dt length of the step, positive
 * @param sigma noise level of the step
 */
public record FlowTransition(Tensor x, Tensor xNext, double t, double dt, double sigma) {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /**
   * The mean {@code mu = x - v dt - sigma^2 / (2 t) (x + (1 - t) v) dt}.
   *
   * @param velocity {@code v}, as {@code [G, N, C]}
   */
  public Tensor mean(Tensor velocity) {
    double drift = sigma * sigma / (2 * t);
    return x.mul(new Scalar(1 - drift * dt))
        .sub(velocity.mul(new Scalar((1 + drift * (1 - t)) * dt)));
  }

  /**
   * Gaussian log-density of {@code xNext}, reduced over the latent's dimensions.
   *
   * @param mean {@code mu}, as {@code [G, N, C]}
   * @return {@code [G]}
   */
  public Tensor logProb(Tensor mean, LatentReduction reduction) {
    Tensor exponent = xNext.sub(mean).square().mul(new Scalar(-1 / (2 * variance())));
    return reduction.reduce(exponent.sub(new Scalar(Math.log(deviation()) + HALF_LOG_TWO_PI)));
  }

  /** Standard deviation of the step, {@code sigma * sqrt(dt)}. */
  public double deviation() {
    return sigma * Math.sqrt(dt);
  }

  /** Square of {@link #deviation}. */
  public double variance() {
    return sigma * sigma * dt;
  }
}
