package dev.tandem.reward;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;

/**
 * Scores rows of table {@code rollouts}, each joined with its sample, whose image is called {@link
 * #SAMPLE_IMAGE}.
 */
record ScoreRows(Scoring scoring) implements ForeachPartitionFunction<Row> {
  static final String SAMPLE_IMAGE = "sample_image";

  @Override
  public void call(Iterator<Row> rows) {
    try (TaskScoring task = scoring.begin()) {
      rows.forEachRemaining(row -> task.score(List.of(RolloutInput.of(row, row, SAMPLE_IMAGE))));
      task.finish();
    }
  }
}
