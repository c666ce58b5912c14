package dev.tandem.reward;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per group, with the array of its members in the order of their sample indexes, and
 * statistics of the members' values as further columns: for a value {@code v} the columns {@code
 * v_count}, {@code v_sum}, {@code v_mean}, {@code v_squares} (of distances from the mean), {@code
 * v_std} (null where undefined) and {@code v_varies}.
 */
final class GroupTable {
  private static final String[] GROUP_KEY = {
    "run_id", "iteration", "stage", "pair_id", "group_id", "pair_weight"
  };
  private static final String[] MEMBER_KEY = {"sample_index", "rollout_id"};
  private static final String[] BATCH_KEY = {"run_id", "iteration", "stage"};

  private static final List<Step> STATISTICS =
      List.of(GroupTable::sums, GroupTable::mean, GroupTable::squares, GroupTable::deviation);

  private final Dataset<Row> groups;
  private final List<String> values;

  private GroupTable(Dataset<Row> groups, List<String> values) {
    this.groups = groups;
    this.values = values;
  }

  /** Gathers the rows of each group and computes the statistics of the value columns. */
  static GroupTable of(Dataset<Row> rows, List<String> values, Deviation deviation) {
    Column[] member =
        Stream.concat(Arrays.stream(MEMBER_KEY), values.stream())
            .map(name -> col(name))
            .toArray(Column[]::new);
    Dataset<Row> groups =
        rows.groupBy(columns(GROUP_KEY))
            .agg(sort_array(collect_list(struct(member))).as("members"));
    for (Step step : STATISTICS) {
      Map<String, Column> columns = new LinkedHashMap<>();
      values.forEach(value -> columns.putAll(step.columns(value, deviation)));
      groups = groups.withColumns(columns);
    }
    return new GroupTable(groups, values);
  }

  /** Columns that build on those of the steps before. */
  @FunctionalInterface
  private interface Step {
    Map<String, Column> columns(String value, Deviation deviation);
  }

  private static Map<String, Column> sums(String value, Deviation deviation) {
    GroupFold fold = new GroupFold(col("members"), value);
    return Map.of(
        value + "_count", fold.count(),
        value + "_sum", fold.sum(),
        value + "_varies", fold.varies());
  }

  private static Map<String, Column> mean(String value, Deviation deviation) {
    Column count = col(value + "_count");
    return Map.of(value + "_mean", when(count.gt(0), col(value + "_sum").divide(count)));
  }

  private static Map<String, Column> squares(String value, Deviation deviation) {
    Column squares = new GroupFold(col("members"), value).squaresAround(col(value + "_mean"));
    return Map.of(value + "_squares", when(col(value + "_varies"), squares).otherwise(0.0));
  }

  private static Map<String, Column> deviation(String value, Deviation deviation) {
    Column std =
        GroupFold.standardDeviation(col(value + "_squares"), col(value + "_count"), deviation);
    return Map.of(value + "_std", std);
  }

  /**
   * Adds {@code v_batch_mean} and {@code v_batch_std} over all members of the groups of one run,
   * iteration and stage, summed in the order of the pairs.
   */
  GroupTable withBatchStatistics(Deviation deviation) {
    Dataset<Row> batches =
        groups.groupBy(columns(BATCH_KEY)).agg(sort_array(collect_list(statistics())).as("groups"));
    Map<String, Column> counts = new LinkedHashMap<>();
    Map<String, Column> means = new LinkedHashMap<>();
    Map<String, Column> stds = new LinkedHashMap<>();
    for (String value : values) {
      Column count = col(value + "_batch_count");
      Column mean = col(value + "_batch_mean");
      Column sum = new GroupFold(col("groups"), value + "_sum").sum();
      counts.put(value + "_batch_count", new GroupFold(col("groups"), value + "_size").sum());
      means.put(value + "_batch_mean", when(count.gt(0), sum.divide(count)));
      Column squares = squaresOfGroups(col("groups"), value, mean);
      stds.put(value + "_batch_std", GroupFold.standardDeviation(squares, count, deviation));
    }
    batches = batches.withColumns(counts).withColumns(means).withColumns(stds).drop("groups");
    return new GroupTable(groups.join(batches, BATCH_KEY, "left"), values);
  }

  /** What the batch needs to know of a group; sorts by pair. */
  private Column statistics() {
    List<Column> fields = new ArrayList<>(List.of(col("pair_id"), col("group_id")));
    for (String value : values) {
      fields.add(col(value + "_count").cast("double").as(value + "_size"));
      fields.add(col(value + "_sum"));
      fields.add(col(value + "_mean"));
      fields.add(col(value + "_squares"));
    }
    return struct(fields.toArray(Column[]::new));
  }

  /** Squared distances of all members from the center, out of each group's own statistics. */
  private static Column squaresOfGroups(Column groups, String value, Column center) {
    return aggregate(
        groups,
        lit(0.0),
        (sum, group) -> {
          Column offset = group.getField(value + "_mean").minus(center);
          Column between = group.getField(value + "_size").multiply(offset).multiply(offset);
          Column within = group.getField(value + "_squares");
          return sum.plus(coalesce(within.plus(between), lit(0.0)));
        });
  }

  /** One row per member again: its group's key and statistics, its own key and values. */
  Dataset<Row> members() {
    Dataset<Row> exploded = groups.withColumn("member", explode(col("members"))).drop("members");
    List<Column> columns = new ArrayList<>();
    for (String name : exploded.columns()) {
      if (!name.equals("member")) {
        columns.add(col(name));
      }
    }
    columns.add(col("member.*"));
    return exploded.select(columns.toArray(Column[]::new));
  }

  private static Column[] columns(String[] names) {
    return Arrays.stream(names).map(name -> col(name)).toArray(Column[]::new);
  }
}
