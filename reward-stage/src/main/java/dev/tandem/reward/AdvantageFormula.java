package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Degenerate;
import dev.tandem.reward.AdvantageSettings.EpsilonPlace;
import dev.tandem.reward.Estimator.Scope;
import org.apache.spark.sql.Column;

/**
 * The formulas of {@link Estimator} over the columns that {@link GroupTable} makes.
 *
 * @param settings the estimator and its options
 * @param reward the column of the reward, and the prefix of its statistics
 */
record AdvantageFormula(AdvantageSettings settings, String reward) {

  /** The advantage before the pair's weight; null where the reward failed. */
  Column advantage() {
    Column clipped = clip(estimate());
    Column value =
        settings.degenerate() == Degenerate.ZERO
            ? when(informative(), clipped).otherwise(0.0)
            : coalesce(clipped, lit(0.0));
    return when(col(reward).isNotNull(), value);
  }

  /** Members with which the reward is compared. */
  Column compared() {
    return settings.estimator().scope() == Scope.GROUP ? own("_count") : own("_batch_count");
  }

  /** x by a standard deviation. */
  Column over(Column value, Column std) {
    return value.divide(
        settings.epsilonPlace() == EpsilonPlace.OUTSIDE
            ? std.plus(settings.epsilon())
            : sqrt(std.multiply(std).plus(settings.epsilon())));
  }

  /** The group's mean, which {@link Estimator#REINFORCE_PP_BASELINE} subtracts before whitening. */
  Column groupMean() {
    return loneOr(0.0, statistic("_mean"));
  }

  private Column estimate() {
    Column value = col(reward);
    Column centered = value.minus(groupMean());
    return switch (settings.estimator()) {
      case ZSCORE -> over(centered, groupStd());
      case MEAN -> centered;
      case RLOO -> value.minus(loneOr(0.0, meanOfOthers()));
      case BATCH_STD -> over(centered, own("_batch_std"));
      case DECOUPLED, BATCH_ZSCORE -> over(value.minus(own("_batch_mean")), own("_batch_std"));
      case BATCH_MEAN -> value.minus(own("_batch_mean"));
      case BATCH_MEAN_GROUP_STD -> over(value.minus(own("_batch_mean")), groupStd());
      case REWARD -> value;
      case REWARD_OVER_STD -> over(value, groupStd());
      case OPO -> value.minus(loneOr(0.0, coalesce(own("_token_mean"), own("_mean"))));
      case GPG -> centered.multiply(own("_batch_count")).divide(nonzeroOfBatch());
      case REINFORCE_PP -> whitened(value);
      case REINFORCE_PP_BASELINE -> whitened(centered);
      case BEST -> when(value.equalTo(own("_greatest")), 1.0).otherwise(0.0);
      case BEST_WORST -> bestOrWorst();
    };
  }

  private Column groupStd() {
    return loneOr(1.0, statistic("_std"));
  }

  private Column meanOfOthers() {
    return own("_sum").minus(col(reward)).divide(own("_count").minus(1));
  }

  private Column nonzeroOfBatch() {
    return greatest(own("_batch_nonzero"), lit(1.0));
  }

  private Column whitened(Column value) {
    Column std = own("_token_batch_std");
    return coalesce(over(value.minus(own("_token_batch_mean")), std), lit(0.0));
  }

  /** Of equal rewards the first scored member is the worst, the second the best. */
  private Column bestOrWorst() {
    Column best = when(own("_varies"), get(own("_best"), lit(0))).otherwise(scored(1));
    Column worst = when(own("_varies"), get(own("_worst"), lit(0))).otherwise(scored(0));
    Column index = col("sample_index");
    return when(own("_count").lt(2), 0.0)
        .when(index.equalTo(best), 1.0)
        .when(index.equalTo(worst), -1.0)
        .otherwise(0.0);
  }

  private Column scored(int place) {
    return get(own("_scored"), lit(place));
  }

  /** Whether the compared rewards differ; exact, whatever the mean's rounding. */
  private Column informative() {
    if (settings.estimator().scope() == Scope.BATCH) {
      return own("_batch_varies");
    }
    return settings.estimator().dividesByGroup() ? statistic("_varies") : own("_varies");
  }

  private Column loneOr(double lone, Column otherwise) {
    return settings.degenerate() == Degenerate.ZERO
        ? otherwise
        : when(own("_count").equalTo(1), lone).otherwise(otherwise);
  }

  private Column clip(Column value) {
    double limit = settings.clip();
    return limit == 0 ? value : greatest(lit(-limit), least(lit(limit), value));
  }

  /** A statistic of all members. */
  private Column own(String statistic) {
    return col(reward + statistic);
  }

  /** A statistic of the members that were not trimmed. */
  private Column statistic(String statistic) {
    return col(reward + (settings.trim() > 0 ? "_trimmed" : "") + statistic);
  }
}
