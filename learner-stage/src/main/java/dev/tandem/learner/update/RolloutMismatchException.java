package dev.tandem.learner.update;

/**
 * The batch is not what the policy under training sampled, so that no ratio would mean anything.
 * The policy is as it was.
 */
public final class RolloutMismatchException extends RuntimeException {
  RolloutMismatchException(RolloutDistance found, double limit) {
    super(
        "%s is %s in group %s (expected at most %s, learner.logp_alarm)"
            .formatted(RolloutDistance.METRIC, found.largest(), found.farthestGroup(), limit));
  }

  /**
   * @param limit largest difference that is borne; infinite: any, even one that is no number
   * @throws RolloutMismatchException if the difference is larger or no number
   */
  static void check(RolloutDistance found, double limit) {
    if (Double.isFinite(limit) && !(found.largest() <= limit)) {
      throw new RolloutMismatchException(found, limit);
    }
  }
}
