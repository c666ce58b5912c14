package dev.tandem.reward;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;

/**
 * A rollout that is to be scored.
 *
 * @param input what rewards see of it
 */
record RolloutInput(
    String runId, int iteration, String rolloutId, String groupId, ScoringInput input) {

  /**
   * @param rollout a row of table {@code rollouts}
   * @param sample the row of table {@code samples} that it was made from
   * @param imageColumn the name of the column with the sample's own image
   */
  static RolloutInput of(Row rollout, Row sample, String imageColumn) {
    return new RolloutInput(
        rollout.getAs("run_id"),
        rollout.getAs("iteration"),
        rollout.getAs("rollout_id"),
        rollout.getAs("group_id"),
        new ScoringInput(
            rollout.getAs("stage"),
            Optional.ofNullable(rollout.getAs("prompt")),
            Optional.ofNullable(rollout.getAs("text")),
            OptionalInt.of(rollout.getList(rollout.fieldIndex("token_ids")).size()),
            Optional.ofNullable(rollout.getAs("image")),
            Map.of(), // no stage refines an image yet
            ScoringInput.Sample.of(sample, imageColumn)));
  }
}
