package dev.tandem.reward;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;

/**
 * Scores rows of table {@code rollouts}, each joined with its sample, whose image is called {@link
 * #SAMPLE_IMAGE}.
 */
record ScoreRows(Scoring scoring) implements ForeachPartitionFunction<Row> {
  static final String SAMPLE_IMAGE = "sample_image";

  /** Rollouts that a server or a model is given at once. */
  private static final int BATCH = 64;

  @Override
  public void call(Iterator<Row> rows) {
    Map<String, List<RolloutInput>> byStage = new HashMap<>();
    try (TaskScoring task = scoring.begin()) {
      while (rows.hasNext()) {
        Row row = rows.next();
        RolloutInput rollout = RolloutInput.of(row, row, SAMPLE_IMAGE);
        String stage = rollout.input().stage();
        List<RolloutInput> batch = byStage.computeIfAbsent(stage, absent -> new ArrayList<>());
        batch.add(rollout);
        if (batch.size() == BATCH) {
          task.score(byStage.remove(stage));
        }
      }
      byStage.values().forEach(task::score);
      task.finish();
    }
  }
}
