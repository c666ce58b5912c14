package dev.tandem.jobs.evaluation;

/**
 * McNemar's exact test of two runs over the same items (McNemar 1947): under the hypothesis that
 * nothing changed, an item that changed is as likely fixed as broken.
 *
 * @param fixed items wrong before and right after
 * @param broken items right before and wrong after
 */
public record PairedTest(int fixed, int broken) {
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
}
