package dev.tandem.reward;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one reward made of one rollout: a row of table {@code rewards}, with the stage and the tag
 * of what it is for.
 *
 * @param value null if it could not be computed
 * @param failure why not; null if it could
 * @param detail what the judge saw, as a JSON object
 * @param millis time that scoring took
 * @param attempt the Spark task's, from 1
 * @param tag of the sample; null where it has none
 */
record Score(
    String runId,
    int iteration,
    String rolloutId,
    String reward,
    @Nullable Double value,
    @Nullable String failure,
    @Nullable String detail,
    double millis,
    int attempt,
    String stage,
    @Nullable String tag)
    implements Serializable {

  static Score of(
      RolloutInput rollout, String reward, RewardOutcome outcome, double millis, int attempt) {
    RewardOutcome.@Nullable Value scored = outcome instanceof RewardOutcome.Value v ? v : null;
    return new Score(
        rollout.runId(),
        rollout.iteration(),
        rollout.rolloutId(),
        reward,
        scored == null ? null : scored.value(),
        outcome instanceof RewardOutcome.Failure failed ? failed.reason() : null,
        scored == null ? null : scored.detail(),
        millis,
        attempt,
        rollout.input().stage(),
        rollout.input().sample().tag().orElse(null));
  }

  /** The row, in the order of the table's columns. */
  Row row() {
    return RowFactory.create(
        runId, iteration, rolloutId, reward, value, failure, detail, millis, attempt);
  }

  String tagOrUntagged() {
    return Optional.ofNullable(tag).orElse(RewardSummary.UNTAGGED);
  }
}
