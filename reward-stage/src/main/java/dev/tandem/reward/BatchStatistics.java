package dev.tandem.reward;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
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
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Statistics over all groups of one run, iteration and stage, out of each group's own, summed in
 * the order of the pairs. For a prefix p these columns are joined to the groups: {@code
 * p_batch_count}, {@code p_batch_mean} and {@code p_batch_std} (null where undefined).
 */
final class BatchStatistics {
  private static final String[] KEY = {"run_id", "iteration", "stage"};

  /**
   * Added to the number of tokens where verl divides by it, in masked_mean, so that no token is no
   * error there. Kept, because it moves its advantages by more than rounding does.
   */
  private static final double TOKEN_BALLAST = 1e-8;

  private BatchStatistics() {}

  /**
   * Of members: prefix v, with {@code v_batch_varies} and {@code v_batch_nonzero} (members whose
   * value is not 0) besides.
   */
  static Dataset<Row> ofMembers(Dataset<Row> groups, List<String> values, Deviation deviation) {
    Map<String, Column> extents = new LinkedHashMap<>();
    List<String> fields = new ArrayList<>();
    for (String value : values) {
      fields.addAll(List.of(value + "_least", value + "_greatest", value + "_nonzero"));
      Column least = new GroupFold(col("groups"), value + "_least").least();
      Column greatest = new GroupFold(col("groups"), value + "_greatest").greatest();
      extents.put(value + "_batch_varies", coalesce(greatest.gt(least), lit(false)));
      extents.put(value + "_batch_nonzero", new GroupFold(col("groups"), value + "_nonzero").sum());
    }
    return join(groups, values, fields, extents, 0.0, deviation);
  }

  /** Of tokens: prefix {@code v_token}. */
  static Dataset<Row> ofTokens(Dataset<Row> groups, List<String> values, Deviation deviation) {
    List<String> prefixes = values.stream().map(value -> value + "_token").toList();
    return join(groups, prefixes, List.of(), Map.of(), TOKEN_BALLAST, deviation);
  }

  private static Dataset<Row> join(
      Dataset<Row> groups,
      List<String> prefixes,
      List<String> fields,
      Map<String, Column> further,
      double ballast,
      Deviation deviation) {
    Map<String, Column> counts = new LinkedHashMap<>(further);
    Map<String, Column> means = new LinkedHashMap<>();
    Map<String, Column> stds = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      Column count = col(prefix + "_batch_count");
      Column mean = col(prefix + "_batch_mean");
      Column divisor = count.plus(ballast);
      Column sum = new GroupFold(col("groups"), prefix + "_sum").sum();
      Column squares = squares(prefix, mean).multiply(count.divide(divisor));
      counts.put(prefix + "_batch_count", new GroupFold(col("groups"), prefix + "_size").sum());
      means.put(prefix + "_batch_mean", when(count.gt(0), sum.divide(divisor)));
      stds.put(
          prefix + "_batch_std",
          when(count.gt(0), GroupFold.standardDeviation(squares, count, deviation)));
    }
    Dataset<Row> batches =
        groups
            .groupBy(Arrays.stream(KEY).map(name -> col(name)).toArray(Column[]::new))
            .agg(sort_array(collect_list(group(prefixes, fields))).as("groups"))
            .withColumns(counts)
            .withColumns(means)
            .withColumns(stds)
            .drop("groups");
    return groups.join(batches, KEY, "left");
  }

  /** What the batch needs to know of a group; sorts by pair. */
  private static Column group(List<String> prefixes, List<String> further) {
    List<Column> fields = new ArrayList<>(List.of(col("pair_id"), col("group_id")));
    for (String prefix : prefixes) {
      fields.add(col(prefix + "_count").cast("double").as(prefix + "_size"));
      fields.add(col(prefix + "_sum"));
      fields.add(col(prefix + "_mean"));
      fields.add(col(prefix + "_squares"));
    }
    further.forEach(name -> fields.add(col(name).cast("double").as(name)));
    return struct(fields.toArray(Column[]::new));
  }

  /** Squared distances of all members from the center, out of each group's own statistics. */
  private static Column squares(String prefix, Column center) {
    return aggregate(
        col("groups"),
        lit(0.0),
        (sum, group) -> {
          Column offset = group.getField(prefix + "_mean").minus(center);
          Column between = group.getField(prefix + "_size").multiply(offset).multiply(offset);
          Column within = group.getField(prefix + "_squares");
          return sum.plus(coalesce(within.plus(between), lit(0.0)));
        });
  }
}
