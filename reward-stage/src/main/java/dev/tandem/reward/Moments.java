package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Statistics of one field of an array column, as columns {@code p_count}, {@code p_sum}, {@code
 * p_least}, {@code p_greatest}, {@code p_varies}, {@code p_mean}, {@code p_squares} (of distances
 * from the mean) and {@code p_std} (null where undefined), p being the prefix.
 *
 * @param array the column
 * @param field a field of its structs
 * @param prefix of the new columns
 */
record Moments(String array, String field, String prefix) {

  /** Adds the columns of all the moments. */
  static Dataset<Row> add(Dataset<Row> groups, List<Moments> all, Deviation deviation) {
    Dataset<Row> result = groups;
    List<Function<Moments, Map<String, Column>>> steps =
        List.of(Moments::sums, Moments::mean, Moments::squares, one -> one.deviation(deviation));
    for (Function<Moments, Map<String, Column>> step : steps) {
      Map<String, Column> columns = new LinkedHashMap<>();
      all.forEach(one -> columns.putAll(step.apply(one)));
      result = result.withColumns(columns);
    }
    return result;
  }

  private Map<String, Column> sums() {
    GroupFold fold = fold();
    return Map.of(
        prefix + "_count", fold.count(),
        prefix + "_sum", fold.sum(),
        prefix + "_least", fold.least(),
        prefix + "_greatest", fold.greatest(),
        prefix + "_varies", fold.varies());
  }

  private Map<String, Column> mean() {
    Column count = col(prefix + "_count");
    return Map.of(prefix + "_mean", when(count.gt(0), col(prefix + "_sum").divide(count)));
  }

  private Map<String, Column> squares() {
    Column squares = fold().squaresAround(col(prefix + "_mean"));
    return Map.of(prefix + "_squares", when(col(prefix + "_varies"), squares).otherwise(0.0));
  }

  private Map<String, Column> deviation(Deviation deviation) {
    Column std =
        GroupFold.standardDeviation(col(prefix + "_squares"), col(prefix + "_count"), deviation);
    return Map.of(prefix + "_std", std);
  }

  private GroupFold fold() {
    return new GroupFold(col(array), field);
  }
}
