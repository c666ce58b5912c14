package dev.tandem.reward;

import java.io.Serializable;

/**
 * How rewards become advantages.
 *
 * @param estimator the formula
 * @param epsilon keeps divisions by standard deviations finite
 * @param epsilonPlace whether epsilon is added to the deviation or to the variance
 * @param deviation divisor of the standard deviation
 * @param trim share of a group's members, in [0, 0.5), that its mean and its standard deviation
 *     leave out at each end, rounded down (UniRL's trim_outliers_ratio); not of sums, as in {@link
 *     Estimator#RLOO}, {@link Estimator#OPO} and statistics of the batch
 * @param clip largest absolute advantage before the pair's weight; 0 for none
 * @param degenerate what becomes of a group without a signal
 * @param partialFailure what becomes of a trajectory some of whose rewards failed
 * @param dynamicFilter whether groups with equal rewards are dropped (DAPO) instead of kept with
 *     advantage 0
 */
public record AdvantageSettings(
    Estimator estimator,
    double epsilon,
    EpsilonPlace epsilonPlace,
    Deviation deviation,
    double trim,
    double clip,
    Degenerate degenerate,
    PartialFailure partialFailure,
    boolean dynamicFilter)
    implements Serializable {

  /** GRPO's z-score with TRL's epsilon. */
  public static final AdvantageSettings DEFAULT =
      new AdvantageSettings(
          Estimator.ZSCORE,
          1e-4,
          EpsilonPlace.OUTSIDE,
          Deviation.SAMPLE,
          0,
          0,
          Degenerate.ZERO,
          PartialFailure.EXCLUDE,
          false);

  public AdvantageSettings {
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "Invalid epsilon: %s (must be greater than 0)".formatted(epsilon));
    }
    if (!(trim >= 0 && trim < 0.5)) {
      throw new IllegalArgumentException("Invalid trim: %s (must be in [0, 0.5))".formatted(trim));
    }
    if (!(clip >= 0) || Double.isInfinite(clip)) {
      throw new IllegalArgumentException(
          "Invalid clip: %s (must be at least 0; 0 for none)".formatted(clip));
    }
  }

  /** Where epsilon stands in a division by a standard deviation. */
  public enum EpsilonPlace {
    /** x / (std + epsilon). */
    OUTSIDE,
    /** x / sqrt(std^2 + epsilon): verl's whitening, UniRL's tracks. */
    INSIDE
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

  /**
   * What becomes of a member whose group (for an estimator that compares with the whole batch: the
   * batch) has one member only, or equal rewards; where its standard deviation is divided by, the
   * rewards that are not trimmed.
   */
  public enum Degenerate {
    /** Advantage 0. */
    ZERO,
    /**
     * What the formula gives. A group of one is taken to have mean 0 and standard deviation 1, so
     * that it keeps its reward (verl); of equal rewards {@link Estimator#BEST_WORST} calls the
     * first worst and the second best (Flow-GRPO); where a formula is undefined, 0.
     */
    FORMULA
  }

  /** What becomes of a trajectory some, but not all, of whose rewards failed. */
  public enum PartialFailure {
    /** It is left out, as if all had failed. */
    EXCLUDE,
    /** The sum is taken over the others (TRL). */
    SUM_THE_REST
  }
}
