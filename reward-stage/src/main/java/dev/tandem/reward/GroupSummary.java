package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * How far the groups of an iteration can teach, for metrics.
 *
 * @param groups by stage and identifier, sorted
 */
public record GroupSummary(List<Group> groups) {
  private static final int SMALLEST = 2;

  public GroupSummary {
    groups = List.copyOf(groups);
  }

  /**
   * One group.
   *
   * @param rollouts its members
   * @param kept those that the learner uses
   * @param scored those whose reward did not fail
   * @param std of the rewards; null where undefined
   */
  public record Group(
      String stage, String id, long rollouts, long kept, int scored, @Nullable Double std) {

    /** Whether something was scored, but nothing can be told apart. */
    public boolean degenerate() {
      return scored == 1 || (std != null && std == 0);
    }
  }

  /** Summarises rows of table {@code batches}, all of one run and iteration. */
  public static GroupSummary of(Dataset<Row> batches) {
    List<Row> rows =
        batches
            .groupBy("stage", "group_id")
            .agg(count(lit(1)), count_if(col("kept")), first("group_size"), first("group_std"))
            .collectAsList();
    return new GroupSummary(
        rows.stream()
            .map(
                row ->
                    new Group(
                        row.getString(0),
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getInt(4),
                        row.isNullAt(5) ? null : row.getDouble(5)))
            .sorted(Comparator.comparing(Group::stage).thenComparing(Group::id))
            .toList());
  }

  /** The number of rollouts. */
  public long rollouts() {
    return groups.stream().mapToLong(Group::rollouts).sum();
  }

  /** The number of rollouts that the learner uses. */
  public long kept() {
    return groups.stream().mapToLong(Group::kept).sum();
  }

  /** The number of groups in which failures left fewer than two scores. */
  public long tooSmall() {
    return groups.stream().filter(group -> group.scored() < SMALLEST).count();
  }

  /** The number of groups that teach nothing though something was scored. */
  public long degenerate() {
    return groups.stream().filter(Group::degenerate).count();
  }

  /**
   * By stage, over the groups with a scored member: {@code group/<stage>/size} (mean scored
   * members), {@code group/<stage>/std} (mean standard deviation of the rewards where it is
   * defined) and {@code group/<stage>/zero_std_share} (the share of degenerate groups; Flow-GRPO's
   * zero_std_ratio).
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    groups.stream()
        .filter(group -> group.scored() > 0)
        .collect(Collectors.groupingBy(Group::stage))
        .forEach(
            (stage, scored) -> {
              String name = "group/" + stage + "/";
              double all = scored.size();
              long degenerate = scored.stream().filter(Group::degenerate).count();
              metrics.put(name + "size", scored.stream().mapToInt(Group::scored).sum() / all);
              metrics.put(name + "zero_std_share", degenerate / all);
              meanStd(scored).ifPresent(std -> metrics.put(name + "std", std));
            });
    return metrics;
  }

  private static OptionalDouble meanStd(List<Group> groups) {
    double sum = 0;
    int count = 0;
    for (Group group : groups) {
      if (group.std() != null) {
        sum += group.std();
        count++;
      }
    }
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }
}
