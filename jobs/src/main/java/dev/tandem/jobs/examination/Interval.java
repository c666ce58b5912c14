package dev.tandem.jobs.examination;

/**
 * Where a share lies with 95 % confidence.
 *
 * @param low lower end, in [0, 1]
 * @param high upper end, in [0, 1]
 */
public record Interval(double low, double high) {
  /** The standard normal distribution's quantile at 0.975. */
  private static final double Z = 1.959963984540054;

  /**
   * Wilson's score interval (Wilson 1927). For a mean of values within [0, 1] it is conservative:
   * they vary at most as much as a yes or no of the same mean.
   *
   * @param share observed share; ignored where nothing was observed
   * @param count independent observations; without any, the interval is [0, 1]
   */
  static Interval wilson(double share, int count) {
    if (count == 0) {
      return new Interval(0, 1);
    }
    double excess = Z * Z / count;
    double centre = (share + excess / 2) / (1 + excess);
    double half = Math.sqrt(share * (1 - share) * excess + excess * excess / 4) / (1 + excess);
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }
}
