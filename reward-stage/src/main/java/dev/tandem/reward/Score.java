package dev.tandem.reward;

import dev.tandem.schemas.Table;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What one reward made of one rollout: a row of table {@code rewards}, with the stage and the tag
 * of what it is for.
 *
 * @param value null if it could not be computed
 * @param failureKind a word for why not; null if it could
 * @param failure why not; null if it could
 * @param detail what the judge saw, as a JSON object
 * @param millis time that scoring took
 * @param requests sent to a server; null where none is asked
 * @param attempt the Spark task's, from 1
 * @param cached whether the value was computed for another rollout or at another time
 * @param keep under which it is kept for the next time; null where it is not
 * @param tag of the sample; null where it has none
 */
record Score(
    String runId,
    int iteration,
    String rolloutId,
    String groupId,
    String reward,
    @Nullable Double value,
    @Nullable String failureKind,
    @Nullable String failure,
    @Nullable String detail,
    double millis,
    @Nullable Integer requests,
    int attempt,
    boolean cached,
    @Nullable Keep keep,
    String stage,
    @Nullable String tag)
    implements Serializable {

  /** Columns of {@link #row}, those of table {@code rewards}. */
  static final StructType SCHEMA = StructType.fromDDL(Table.REWARDS.ddl());

  /**
   * What identifies a score that is worth keeping.
   *
   * @param version of the reward
   * @param contentKey of {@link ContentKey}
   */
  record Keep(String version, String contentKey) implements Serializable {}

  /**
   * A score as the reward computed it.
   *
   * @param millis time that it took, unless the reward says so itself
   */
  static Score of(
      RolloutInput rollout, String reward, RewardOutcome outcome, double millis, int attempt) {
    RewardOutcome.@Nullable Value scored = outcome instanceof RewardOutcome.Value v ? v : null;
    RewardOutcome.@Nullable Failure failed = outcome instanceof RewardOutcome.Failure f ? f : null;
    Optional<RewardOutcome.Effort> effort = outcome.effort();
    return new Score(
        rollout.runId(),
        rollout.iteration(),
        rollout.rolloutId(),
        rollout.groupId(),
        reward,
        scored == null ? null : scored.value(),
        failed == null ? null : failed.kind(),
        failed == null ? null : failed.reason(),
        scored == null ? null : scored.detail(),
        effort.map(RewardOutcome.Effort::latencyMillis).orElse(millis),
        effort.map(RewardOutcome.Effort::attempts).orElse(null),
        attempt,
        false,
        null,
        rollout.input().stage(),
        rollout.input().sample().tag().orElse(null));
  }

  /** A score that was computed before. */
  static Score kept(RolloutInput rollout, String reward, KnownScore known, int attempt) {
    RewardOutcome value = new RewardOutcome.Value(known.value(), known.detail());
    return of(rollout, reward, value, 0, attempt).with(true, null);
  }

  /**
   * This score as that of a rollout which the reward cannot tell from the one that it was computed
   * for, and which may be the same.
   */
  Score of(RolloutInput rollout, String version, String contentKey) {
    if (rollout.rolloutId().equals(rolloutId)) {
      return with(false, value == null ? null : new Keep(version, contentKey));
    }
    boolean scored = value != null;
    return new Score(
        rollout.runId(),
        rollout.iteration(),
        rollout.rolloutId(),
        rollout.groupId(),
        reward,
        value,
        failureKind,
        failure,
        detail,
        scored ? 0 : millis,
        scored ? null : requests,
        attempt,
        scored,
        null,
        rollout.input().stage(),
        rollout.input().sample().tag().orElse(null));
  }

  private Score with(boolean newCached, @Nullable Keep newKeep) {
    return new Score(
        runId,
        iteration,
        rolloutId,
        groupId,
        reward,
        value,
        failureKind,
        failure,
        detail,
        millis,
        requests,
        attempt,
        newCached,
        newKeep,
        stage,
        tag);
  }

  /** The row, in the order of {@link #SCHEMA}. */
  Row row() {
    return RowFactory.create(
        runId,
        iteration,
        rolloutId,
        groupId,
        reward,
        value,
        failureKind,
        failure,
        detail,
        millis,
        requests,
        attempt,
        cached);
  }

  String tagOrUntagged() {
    return Optional.ofNullable(tag).orElse(RewardSummary.UNTAGGED);
  }
}
