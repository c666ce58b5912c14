package dev.tandem.jobs.train;

import dev.tandem.reward.GroupSummary;
import dev.tandem.reward.RewardSummary;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
      RewardSummary rewards, GroupSummary groups, Map<String, Double> learner) {
    SortedMap<String, Double> values = new TreeMap<>(learner);
    values.putAll(rewards.metrics());
    values.putAll(groups.metrics());
    SortedMap<String, Long> counts = counts(groups);
    counts.put("failed_rewards", rewards.failed());
    counts.forEach((name, count) -> values.put("count/" + name, (double) count));
    return new IterationMetrics(values, counts);
  }

  private static SortedMap<String, Long> counts(GroupSummary groups) {
    SortedMap<String, Long> counts = new TreeMap<>();
    counts.put("rollouts", groups.rollouts());
    counts.put("groups", (long) groups.groups().size());
    counts.put("kept_rollouts", groups.kept());
    counts.put("degenerate_groups", groups.degenerate());
    return counts;
  }

  /** Writes the values, together with the seconds of the phases. */
  void write(Warehouse warehouse, String runId, int iteration, PhaseTimes times) {
    SortedMap<String, Double> all = new TreeMap<>(values);
    times.seconds().forEach((phase, time) -> all.put("seconds/" + phase, time));
    all.put("policy_seconds", times.policy());
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
