package dev.tandem.policy.flow;

/**
 * A stochastic step as a Gaussian of the next latent: {@code mu = xCoefficient * x + vCoefficient *
 * v}, element by element, with the standard deviation {@code std}. A step without noise is the mean
 * alone and has no Gaussian density.
 *
 * <p>All densities are means over the latent's elements, as in the reference implementations, and
 * take the mean of the squared differences as their argument.
 *
 * @param xCoefficient factor of the latent
 * @param vCoefficient factor of the velocity
 * @param std standard deviation of the next latent
 * @param density what counts as the step's log-probability
 */
public record SdeStep(double xCoefficient, double vCoefficient, double std, Density density) {

  /** What counts as the log-probability of a step. */
  public enum Density {
    /** The Gaussian log-density. */
    GAUSSIAN {
      @Override
      double slope(double std) {
        return 1 / (2 * std * std);
      }

      @Override
      double offset(double std) {
        return -Math.log(std) - LOG_SQRT_TWO_PI;
      }
    },
    /** The negative squared distance to the mean: every step weighs alike, whatever its noise. */
    SQUARED_DISTANCE {
      @Override
      double slope(double std) {
        return 1;
      }

      @Override
      double offset(double std) {
        return 0;
      }
    };

    private static final double LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    /** Loss of log-probability per unit of squared distance. */
    abstract double slope(double std);

    /** Log-probability of the mean itself. */
    abstract double offset(double std);
  }

  /** A step with the Gaussian log-density. */
  public SdeStep(double xCoefficient, double vCoefficient, double std) {
    this(xCoefficient, vCoefficient, std, Density.GAUSSIAN);
  }

  /**
   * The step of the flow's reverse SDE from flow time t to t - dt under the given noise level; with
   * noise level 0 it is the Euler step of the flow.
   *
   * <p>Flow-GRPO writes the mean as {@code x - v dt - sigma²/(2t) (x + (1 - t) v) dt}; R3 through
   * the score estimate {@code -(x - (1 - t) x0)/t²} with {@code x0 = x - t v}, which is the same.
   * The deviation is {@code sigma * sqrt(dt)}.
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
   * The log-probability in the step's own form.
   *
   * @param meanSquare mean over the elements of (next latent - mu)²
   */
  public double logProb(double meanSquare) {
    return relativeLogProb(meanSquare) + density.offset(std);
  }

  /**
   * The log-probability without the terms that no model changes, as R3 stores it.
   *
   * @param meanSquare mean over the elements of (next latent - mu)²
   */
  public double relativeLogProb(double meanSquare) {
    return -meanSquare * density.slope(std);
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
