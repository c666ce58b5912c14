package dev.tandem.jobs.evaluation;

/**
 * McNemar's exact test of two runs over the same items (McNemar 1947): under the hypothesis that
 * nothing changed, an item that changed is as likely fixed as broken.
 *
 * @param fixed items wrong before and right after
 * @param broken items right before and wrong after
 */
public record PairedTest(int fixed, int broken) {
  private static final double NORMAL_QUANTILE = 1.959964;

  public PairedTest {
    if (fixed < 0 || broken < 0) {
      throw new IllegalArgumentException(
          "Invalid counts: %d fixed, %d broken (must not be negative)".formatted(fixed, broken));
    }
  }

  /** Two-sided probability of a split at least as uneven as this one, at most 1. */
  public double probability() {
    int changed = fixed + broken;
    int fewer = Math.min(fixed, broken);
    double logTerm = -changed * Math.log(2);
    double tail = 0;
    for (int k = 0; k <= fewer; k++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log(changed - k) - Math.log(k + 1);
    }
    return Math.min(1, 2 * tail);
  }

  /**
   * Half the width of the 95 % interval of the difference of the two shares, by the normal
   * approximation for paired proportions.
   *
   * @param items all items, the unchanged ones included
   */
  public double halfWidth(int items) {
    double mean = (double) (fixed - broken) / items;
    double variance = (double) (fixed + broken) / items - mean * mean;
    return NORMAL_QUANTILE * Math.sqrt(variance / items);
  }
}
