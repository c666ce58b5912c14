package dev.tandem.policy.flow;

/**
 * A stochastic step as a Gaussian of the next latent: {@code mu = xCoefficient * x + vCoefficient *
 * v}, element by element, with the standard deviation {@code std}.
 *
 * <p>Flow-GRPO writes the mean as {@code x - v dt - sigma²/(2t) (x + (1 - t) v) dt}; R3 through the
 * score estimate {@code -(x - (1 - t) x0)/t²} with {@code x0 = x - t v}, which is the same.
 *
 * <p>All densities are means over the latent's elements, as in the reference implementations, and
 * take the mean of the squared differences as their argument.
 *
 * @param xCoefficient factor of the latent
 * @param vCoefficient factor of the velocity
 * @param std sigma_t * sqrt(dt)
 */
public record SdeStep(double xCoefficient, double vCoefficient, double std) {
  private static final double LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /**
   * The step from flow time t to t - dt under the given noise level; with noise level 0 it is the
   * Euler step of the flow.
   */
  public static SdeStep coefficients(double t, double dt, double sigma) {
    if (!(t > 0 && t <= 1) || !(dt > 0) || !(sigma >= 0)) {
      throw new IllegalArgumentException(
          "Invalid stochastic step: t %s, dt %s, sigma %s (t in (0, 1], dt positive, sigma from 0)"
              .formatted(t, dt, sigma));
    }
    double drift = sigma * sigma / (2 * t) * dt;
    return new SdeStep(1 - drift, -dt - drift * (1 - t), sigma * Math.sqrt(dt));
  }

  /** The mean of one element of the next latent. */
  public double mean(double x, double v) {
    return xCoefficient * x + vCoefficient * v;
  }

  /**
   * The Gaussian log-density.
   *
   * @param meanSquare mean over the elements of (next latent - mu)²
   */
  public double logProb(double meanSquare) {
    return relativeLogProb(meanSquare) - Math.log(std) - LOG_SQRT_TWO_PI;
  }

  /**
   * The log-density without the terms that no model changes, as R3 stores it.
   *
   * @param meanSquare mean over the elements of (next latent - mu)²
   */
  public double relativeLogProb(double meanSquare) {
    return -meanSquare / (2 * std * std);
  }

  /**
   * The Kullback-Leibler divergence from a step with another mean and the same deviation. R3's
   * published value is twice this, Flow-GRPO's omits dt.
   *
   * @param meanSquare mean over the elements of (mu - other mu)²
   */
  public double divergence(double meanSquare) {
    return meanSquare / (2 * std * std);
  }
}
