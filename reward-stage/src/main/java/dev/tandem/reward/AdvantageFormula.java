package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
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
 * The formulas of {@link Estimator} over the columns that {@link GroupStatistics} adds.
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
    return settings.estimator().scope() == Scope.GROUP ? own().count() : batch().count();
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
    return loneOr(0.0, untrimmed().mean());
  }

  private Column estimate() {
    Column value = col(reward);
    Column centered = value.minus(groupMean());
    return switch (settings.estimator()) {
      case ZSCORE -> over(centered, groupStd());
      case MEAN -> centered;
      case RLOO -> value.minus(loneOr(0.0, meanOfOthers()));
      case BATCH_STD -> over(centered, batchStd());
      case DECOUPLED, BATCH_ZSCORE -> over(value.minus(batch().mean()), batchStd());
      case BATCH_MEAN -> value.minus(batch().mean());
      case BATCH_MEAN_GROUP_STD -> over(value.minus(batch().mean()), groupStd());
      case REWARD -> value;
      case REWARD_OVER_STD -> over(value, groupStd());
      case OPO -> value.minus(loneOr(0.0, coalesce(tokenMean(), own().mean())));
      case GPG -> centered.multiply(batch().count()).divide(nonzeroOfBatch());
      case REINFORCE_PP -> whitened(value);
      case REINFORCE_PP_BASELINE -> whitened(centered);
      case BEST -> when(value.equalTo(own().greatest()), 1.0).otherwise(0.0);
      case BEST_WORST -> bestOrWorst();
    };
  }

  private Column groupStd() {
    return loneOr(1.0, untrimmed().std(settings.deviation()));
  }

  private Column batchStd() {
    return batch().std(settings.deviation());
  }

  private Column tokenMean() {
    return GroupStatistics.tokens(reward).mean();
  }

  private Column meanOfOthers() {
    return own().sumOfValues().minus(col(reward)).divide(own().count().minus(1));
  }

  private Column nonzeroOfBatch() {
    return greatest(batch().nonzero(), lit(1.0));
  }

  private Column whitened(Column value) {
    BatchStatistics tokens = BatchStatistics.ofTokens(reward);
    Column std = tokens.std(settings.deviation());
    return coalesce(over(value.minus(tokens.mean()), std), lit(0.0));
  }

  private Column bestOrWorst() {
    return when(own().count().lt(2), 0.0)
        .when(GroupStatistics.isBest(reward), 1.0)
        .when(GroupStatistics.isWorst(reward), -1.0)
        .otherwise(0.0);
  }

  /** Whether the compared rewards differ; exact, whatever the mean's rounding. */
  private Column informative() {
    if (settings.estimator().scope() == Scope.BATCH) {
      return batch().varies();
    }
    return settings.estimator().dividesByGroup() ? untrimmed().varies() : own().varies();
  }

  private Column loneOr(double lone, Column otherwise) {
    return settings.degenerate() == Degenerate.ZERO
        ? otherwise
        : when(own().count().equalTo(1), lone).otherwise(otherwise);
  }

  private Column clip(Column value) {
    double limit = settings.clip();
    return limit == 0 ? value : greatest(lit(-limit), least(lit(limit), value));
  }

  /** Of all members of the group. */
  private Moments own() {
    return new Moments(reward);
  }

  /** Of the members that were not trimmed. */
  private Moments untrimmed() {
    return settings.trim() > 0 ? GroupStatistics.trimmed(reward) : own();
  }

  private BatchStatistics batch() {
    return BatchStatistics.ofMembers(reward);
  }
}
