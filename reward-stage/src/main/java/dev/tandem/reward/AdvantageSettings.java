package dev.tandem.reward;

import java.io.Serializable;

/**
 * How rewards become advantages.
 *
 * @param estimator the formula
 * @param epsilon added to standard deviations before dividing by them
 * @param deviation divisor of the standard deviation
 * @param partialFailure what becomes of a trajectory some of whose rewards failed
 * @param dynamicFilter whether groups with equal rewards are dropped (DAPO) instead of kept with
 *     advantage 0
 */
public record AdvantageSettings(
    Estimator estimator,
    double epsilon,
    Deviation deviation,
    PartialFailure partialFailure,
    boolean dynamicFilter)
    implements Serializable {

  /** GRPO's z-score with TRL's epsilon. */
  public static final AdvantageSettings DEFAULT =
      new AdvantageSettings(
          Estimator.ZSCORE, 1e-4, Deviation.SAMPLE, PartialFailure.EXCLUDE, false);

  public AdvantageSettings {
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "Invalid epsilon: %s (must be greater than 0)".formatted(epsilon));
    }
  }

  /** These settings with another formula. */
  public AdvantageSettings with(Estimator other) {
    return new AdvantageSettings(other, epsilon, deviation, partialFailure, dynamicFilter);
  }

  /** The advantage of a member with reward R; mean and std are those of its group. */
  public enum Estimator {
    /** (R - mean) / (std + epsilon): GRPO. */
    ZSCORE,
    /** R - mean: Dr. GRPO and R3. */
    MEAN,
    /** R - mean of the other members. */
    RLOO,
    /** (R - mean) / (std over all rollouts of the stage + epsilon). */
    BATCH_STD,
    /**
     * Each reward is z-scored within the group, then summed with its weight; the sums are z-scored
     * over all rollouts of the stage (GDPO; TRL's normalize_then_sum).
     */
    DECOUPLED
  }

  /** Divisor of the mean squared deviation of G values. */
  public enum Deviation {
    /** G - 1. */
    SAMPLE,
    /** G. */
    POPULATION;

    int degreesLost() {
      return this == SAMPLE ? 1 : 0;
    }
  }

  /** What becomes of a trajectory some, but not all, of whose rewards failed. */
  public enum PartialFailure {
    /** It is left out, as if all had failed. */
    EXCLUDE,
    /** The sum is taken over the others (TRL). */
    SUM_THE_REST
  }
}
