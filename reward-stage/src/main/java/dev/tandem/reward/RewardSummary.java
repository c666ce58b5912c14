package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Means of an iteration's rewards, for progress lines and metrics. Failures are counted apart.
 *
 * @param entries by stage, reward and tag, sorted
 */
public record RewardSummary(List<Entry> entries) {

  /** Stands for the tag of samples without one. */
  public static final String UNTAGGED = "untagged";

  public RewardSummary {
    entries = List.copyOf(entries);
  }

  /**
   * Rewards of one name for samples of one tag.
   *
   * @param sum of the values, added in the order of the rollouts' identifiers
   * @param scored rollouts with a value
   * @param failed rollouts without
   */
  public record Entry(
      String stage, String reward, String tag, double sum, long scored, long failed) {
    private Entry plus(Row row) {
      return row.isNullAt(row.fieldIndex("value"))
          ? new Entry(stage, reward, tag, sum, scored, failed + 1)
          : new Entry(stage, reward, tag, sum + row.<Double>getAs("value"), scored + 1, failed);
    }
  }

  /** Summarises the rewards of the rollouts. */
  public static RewardSummary of(
      Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> samples) {
    List<Row> rows =
        rewards
            .select("rollout_id", "reward", "value")
            .join(rollouts.select("rollout_id", "stage", "sample_id"), "rollout_id")
            .join(samples.select("sample_id", "tag"), new String[] {"sample_id"}, "left")
            .withColumn("tag", coalesce(col("tag"), lit(UNTAGGED)))
            .sort("stage", "reward", "tag", "rollout_id")
            .collectAsList();
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (Row row : rows) {
      String stage = row.getAs("stage");
      String reward = row.getAs("reward");
      String tag = row.getAs("tag");
      Entry empty = new Entry(stage, reward, tag, 0, 0, 0);
      String key = String.join("/", stage, reward, tag);
      entries.put(key, entries.getOrDefault(key, empty).plus(row));
    }
    return new RewardSummary(new ArrayList<>(entries.values()));
  }

  /** The mean over all tags; empty if none was scored. */
  public OptionalDouble mean(String stage, String reward) {
    List<Entry> matching =
        entries.stream().filter(e -> e.stage().equals(stage) && e.reward().equals(reward)).toList();
    long scored = matching.stream().mapToLong(Entry::scored).sum();
    return scored == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(matching.stream().mapToDouble(Entry::sum).sum() / scored);
  }

  /** The number of rewards that failed. */
  public long failed() {
    return entries.stream().mapToLong(Entry::failed).sum();
  }

  /**
   * The means as metrics: {@code reward/<stage>/<reward>} over all tags and {@code
   * reward/<stage>/<reward>/<tag>}; where nothing was scored there is none.
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (Entry entry : entries) {
      String name = "reward/" + entry.stage() + "/" + entry.reward();
      mean(entry.stage(), entry.reward()).ifPresent(mean -> metrics.put(name, mean));
      if (entry.scored() > 0) {
        metrics.put(name + "/" + entry.tag(), entry.sum() / entry.scored());
      }
    }
    return metrics;
  }
}
