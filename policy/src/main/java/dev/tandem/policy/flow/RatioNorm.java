package dev.tandem.policy.flow;

/**
 * UniGRPO's normalised importance ratio (from GRPO-Guard, arXiv 2510.22319): {@code log r~ = sigma
 * sqrt(dt) (log r + |mu_old - mu|² / (2 sigma² dt))}, which is centred at 0 at every step, so that
 * one clip range serves all steps. It is linear: {@code logRatioCoefficient * log r +
 * shiftCoefficient * |mu_old - mu|²}.
 *
 * <p>The log-ratio and the squared shift of the mean must be reduced over the latent's elements
 * alike: both as means, as everywhere in Tandem, or both as sums.
 *
 * @param logRatioCoefficient factor of the plain log-ratio
 * @param shiftCoefficient factor of the squared shift of the mean
 */
public record RatioNorm(double logRatioCoefficient, double shiftCoefficient) {

  /**
   * The normalisation of a step. A log-probability of slope s, which is 1 / (2 std²) for a
   * Gaussian, has the log-ratio {@code -s |shift|²} on average and spreads by {@code 2 s std
   * |shift|}; the normalised one has the average 0 and spreads by {@code |shift|} in every form.
   */
  public static RatioNorm of(SdeStep step) {
    double slope = -step.relativeLogProb(1);
    return new RatioNorm(1 / (2 * slope * step.std()), 1 / (2 * step.std()));
  }

  /** The logarithm of the normalised ratio. */
  public double logRatio(double logRatio, double meanSquareShift) {
    return logRatioCoefficient * logRatio + shiftCoefficient * meanSquareShift;
  }
}
