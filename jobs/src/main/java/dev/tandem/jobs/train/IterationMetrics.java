package dev.tandem.jobs.train;

import dev.tandem.reward.RewardSummary;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The numbers of an iteration.
 *
 * @param values for the table {@code metrics}
 * @param counts for the iteration's row: rollouts, kept ones, groups that taught nothing, failures
 */
record IterationMetrics(SortedMap<String, Double> values, SortedMap<String, Long> counts) {

  /** Brings together what the reward stage and the learner measured. */
  static IterationMetrics of(
      RewardSummary rewards, Dataset<Row> batches, Map<String, Double> learner) {
    SortedMap<String, Double> values = new TreeMap<>(learner);
    values.putAll(rewards.metrics());
    SortedMap<String, Long> counts = counts(batches);
    counts.put("failed_rewards", rewards.failed());
    counts.forEach((name, count) -> values.put("count/" + name, (double) count));
    return new IterationMetrics(values, counts);
  }

  private static SortedMap<String, Long> counts(Dataset<Row> batches) {
    Row row =
        batches
            .selectExpr(
                "count(*)",
                "count(distinct group_id)",
                "count_if(kept)",
                "count(distinct case when group_std = 0 then group_id end)")
            .head();
    SortedMap<String, Long> counts = new TreeMap<>();
    counts.put("rollouts", row.getLong(0));
    counts.put("groups", row.getLong(1));
    counts.put("kept_rollouts", row.getLong(2));
    counts.put("degenerate_groups", row.getLong(3));
    return counts;
  }

  /** Writes the values, together with the seconds of the phases so far. */
  void write(Warehouse warehouse, String runId, int iteration, Map<String, Double> seconds) {
    SortedMap<String, Double> all = new TreeMap<>(values);
    seconds.forEach((phase, time) -> all.put("seconds/" + phase, time));
    List<Row> rows =
        all.entrySet().stream()
            .map(e -> RowFactory.create(runId, iteration, e.getKey(), e.getValue()))
            .toList();
    StructType schema = StructType.fromDDL(Table.METRICS.ddl());
    warehouse.replace(
        Table.METRICS,
        runId,
        iteration,
        warehouse.spark().createDataFrame(rows, schema).coalesce(1));
  }
}
