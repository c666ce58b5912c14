package dev.tandem.reward;

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
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per group, with the array {@code members} in the order of their sample indexes, and
 * statistics of the members' values as further columns: the {@link Moments} of each value, and what
 * the methods add.
 */
final class GroupTable {
  private static final String[] GROUP_KEY = {
    "run_id", "iteration", "stage", "pair_id", "group_id", "pair_weight"
  };
  private static final String[] MEMBER_KEY = {"sample_index", "rollout_id"};
  private static final String MEMBERS = "members";

  private final Dataset<Row> groups;
  private final List<String> values;
  private final Deviation deviation;

  private GroupTable(Dataset<Row> groups, List<String> values, Deviation deviation) {
    this.groups = groups;
    this.values = values;
    this.deviation = deviation;
  }

  /**
   * Gathers the rows of each group and computes the moments of the value columns.
   *
   * @param carried further columns of the members
   */
  static GroupTable of(
      Dataset<Row> rows, List<String> values, List<String> carried, Deviation deviation) {
    Column[] member =
        Stream.of(Arrays.stream(MEMBER_KEY), values.stream(), carried.stream())
            .flatMap(names -> names)
            .map(name -> col(name))
            .toArray(Column[]::new);
    Dataset<Row> groups =
        rows.groupBy(columns(GROUP_KEY)).agg(sort_array(collect_list(struct(member))).as(MEMBERS));
    List<Moments> moments =
        values.stream().map(value -> new Moments(MEMBERS, value, value)).toList();
    return new GroupTable(Moments.add(groups, moments, deviation), values, deviation);
  }

  /** Adds the moments {@code v_trimmed} of each value v, without a share of members at each end. */
  GroupTable withTrimmed(double share) {
    Dataset<Row> trimmed =
        with(groups, value -> Map.of(value + "_kept", fold(value).trimmed(share)));
    List<Moments> moments =
        values.stream()
            .map(value -> new Moments(value + "_kept", value, value + "_trimmed"))
            .toList();
    return table(Moments.add(trimmed, moments, deviation));
  }

  /**
   * Adds {@code v_token_count}, {@code v_token_sum}, {@code v_token_mean} (null where there is no
   * token) and {@code v_token_squares} of each value v less a centre, every member counted as often
   * as it has tokens.
   *
   * @param lengths by value the member's column with the number of its tokens
   * @param centers by value what is subtracted first
   */
  GroupTable withTokens(Map<String, String> lengths, Map<String, Column> centers) {
    Dataset<Row> counted =
        with(
            groups,
            value ->
                Map.of(
                    value + "_token_count",
                    fold(value).weights(of(lengths, value)),
                    value + "_token_sum",
                    fold(value).weightedSum(of(lengths, value), of(centers, value))));
    Dataset<Row> centered =
        with(
            counted,
            value -> {
              Column count = col(value + "_token_count");
              Column mean = col(value + "_token_sum").divide(count);
              return Map.of(value + "_token_mean", when(count.gt(0), mean));
            });
    return table(
        with(
            centered,
            value -> {
              Column center = of(centers, value).plus(col(value + "_token_mean"));
              return Map.of(
                  value + "_token_squares",
                  fold(value).weightedSquares(of(lengths, value), center));
            }));
  }

  /**
   * Adds {@code v_best} and {@code v_worst}: sample indexes of the members with the greatest and
   * with the smallest value, and {@code v_scored}: of those with any.
   */
  GroupTable withExtremes() {
    return table(
        with(
            groups,
            value ->
                Map.of(
                    value + "_best", fold(value).keysOf("sample_index", col(value + "_greatest")),
                    value + "_worst", fold(value).keysOf("sample_index", col(value + "_least")),
                    value + "_scored", fold(value).keysOf("sample_index", lit(null)))));
  }

  /** Adds the statistics of {@link BatchStatistics}. */
  GroupTable withBatchStatistics() {
    Dataset<Row> counted =
        with(groups, value -> Map.of(value + "_nonzero", fold(value).countNonzero()));
    return table(BatchStatistics.ofMembers(counted, values, deviation));
  }

  /**
   * Adds the statistics of {@link BatchStatistics} over tokens; {@link #withTokens} comes first.
   */
  GroupTable withBatchTokenStatistics() {
    return table(BatchStatistics.ofTokens(groups, values, deviation));
  }

  /** One row per member again: its group's key and statistics, its own key and values. */
  Dataset<Row> members() {
    Dataset<Row> exploded = groups.withColumn("member", explode(col(MEMBERS))).drop(MEMBERS);
    List<Column> columns = new ArrayList<>();
    for (String name : exploded.columns()) {
      if (!name.equals("member")) {
        columns.add(col(name));
      }
    }
    columns.add(col("member.*"));
    return exploded.select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> with(Dataset<Row> table, Function<String, Map<String, Column>> ofValue) {
    Map<String, Column> columns = new LinkedHashMap<>();
    values.forEach(value -> columns.putAll(ofValue.apply(value)));
    return table.withColumns(columns);
  }

  private GroupTable table(Dataset<Row> extended) {
    return new GroupTable(extended, values, deviation);
  }

  private static GroupFold fold(String value) {
    return new GroupFold(col(MEMBERS), value);
  }

  private static <T> T of(Map<String, T> byValue, String value) {
    return Objects.requireNonNull(byValue.get(value), value);
  }

  private static Column[] columns(String[] names) {
    return Arrays.stream(names).map(name -> col(name)).toArray(Column[]::new);
  }
}
