package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Means and failures of an iteration's rewards, for progress lines, metrics and the limit of
 * failures.
 *
 * @param entries in any order
 */
public record RewardSummary(List<Entry> entries) {

  /** Stands for the tag of samples without one. */
  public static final String UNTAGGED = "untagged";

  /** A decimal's sum, unlike that of doubles, does not depend on the order of the rows. */
  private static final String SUMMED = "decimal(38, 12)";

  public RewardSummary {
    entries = List.copyOf(entries);
  }

  /**
   * Rewards of one name for samples of one tag which all have a value, or all failed for the same
   * reason.
   *
   * @param failure why there is no value; empty if there is one
   * @param rollouts their number
   * @param sum of the values, rounded to 12 decimal places each; 0 for failures
   */
  public record Entry(
      String stage,
      String reward,
      String tag,
      Optional<String> failure,
      long rollouts,
      BigDecimal sum) {

    private static Entry of(Row row) {
      Optional<String> failure = Optional.ofNullable(row.getAs("failure"));
      Optional<BigDecimal> sum = Optional.ofNullable(row.getAs("sum"));
      if (failure.isEmpty() && sum.isEmpty()) { // as Spark without ANSI mode answers overflow
        throw new IllegalStateException(
            "Cannot add up the values of reward %s: some are beyond %s"
                .formatted(row.getAs("reward"), SUMMED));
      }
      return new Entry(
          row.getAs("stage"),
          row.getAs("reward"),
          row.getAs("tag"),
          failure,
          row.getAs("rollouts"),
          sum.orElse(BigDecimal.ZERO));
    }

    private boolean isScored() {
      return failure.isEmpty();
    }
  }

  /** Summarises the rewards of the rollouts. */
  public static RewardSummary of(
      Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> samples) {
    Column value = col("value").cast(SUMMED);
    return new RewardSummary(
        rewards
            .join(rollouts.select("rollout_id", "stage", "sample_id"), "rollout_id")
            .join(samples.select("sample_id", "tag"), new String[] {"sample_id"}, "left")
            .groupBy(
                col("stage"),
                col("reward"),
                coalesce(col("tag"), lit(UNTAGGED)).as("tag"),
                col("failure"))
            .agg(count(lit(1)).as("rollouts"), sum(value).as("sum"))
            .collectAsList()
            .stream()
            .map(Entry::of)
            .toList());
  }

  /** The mean over all tags; empty if none was scored. */
  public OptionalDouble mean(String stage, String reward) {
    return mean(
        entries.stream()
            .filter(entry -> entry.stage().equals(stage) && entry.reward().equals(reward))
            .toList());
  }

  private static OptionalDouble mean(List<Entry> entries) {
    List<Entry> scored = entries.stream().filter(Entry::isScored).toList();
    if (scored.isEmpty()) {
      return OptionalDouble.empty();
    }
    BigDecimal sum = scored.stream().map(Entry::sum).reduce(BigDecimal.ZERO, BigDecimal::add);
    return OptionalDouble.of(sum.doubleValue() / scored.stream().mapToLong(Entry::rollouts).sum());
  }

  /** The number of rewards that failed. */
  public long failed() {
    return entries.stream().filter(entry -> !entry.isScored()).mapToLong(Entry::rollouts).sum();
  }

  /**
   * The means as metrics: {@code reward/<stage>/<reward>} over all tags and {@code
   * reward/<stage>/<reward>/<tag>}; where nothing was scored there is none.
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, List<Entry>> named = new TreeMap<>();
    named.putAll(
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> "reward/%s/%s".formatted(entry.stage(), entry.reward()))));
    named.putAll(
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry ->
                        "reward/%s/%s/%s".formatted(entry.stage(), entry.reward(), entry.tag()))));
    SortedMap<String, Double> metrics = new TreeMap<>();
    named.forEach((name, group) -> mean(group).ifPresent(mean -> metrics.put(name, mean)));
    return metrics;
  }
}
