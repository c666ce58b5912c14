package dev.tandem.reward;

import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * A rollout that is to be scored.
 *
 * @param input what rewards see of it
 */
record RolloutInput(String runId, int iteration, String rolloutId, ScoringInput input) {

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
        new ScoringInput(
            rollout.getAs("stage"),
            Optional.ofNullable(rollout.getAs("text")),
            Optional.ofNullable(rollout.getAs("image")),
            ScoringInput.Sample.of(sample, imageColumn)));
  }
}
