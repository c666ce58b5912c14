package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/**
 * Statistics of a value over the rows of a window that have one, kept in columns whose names begin
 * with the prefix.
 */
record Moments(String prefix) {

  /**
   * Adds the columns, in this pass and the next one.
   *
   * @param window with a frame of all its rows; sums run in its order
   */
  void addTo(Passes passes, int pass, Column value, WindowSpec window) {
    passes.add(pass, prefix + "_count", functions.count(value).over(window));
    passes.add(pass, prefix + "_sum", sum(value).over(window));
    passes.add(pass, prefix + "_least", min(value).over(window));
    passes.add(pass, prefix + "_greatest", max(value).over(window));
    Column distance = value.minus(mean());
    passes.add(pass + 1, prefix + "_squares", sum(distance.multiply(distance)).over(window));
  }

  /** The number of values. */
  Column count() {
    return col(prefix + "_count");
  }

  /** Their sum; null if there is none. */
  Column sumOfValues() {
    return col(prefix + "_sum");
  }

  /** The smallest; null if there is none. */
  Column least() {
    return col(prefix + "_least");
  }

  /** The greatest; null if there is none. */
  Column greatest() {
    return col(prefix + "_greatest");
  }

  /** Their mean; null if there is none. */
  Column mean() {
    return when(count().gt(0), sumOfValues().divide(count()));
  }

  /** Whether at least one differs from another; exact, whatever the mean's rounding. */
  Column varies() {
    return coalesce(greatest().gt(least()), lit(false));
  }

  /** The sum of the squared distances from the mean, exactly 0 where the values are equal. */
  Column squares() {
    return when(varies(), col(prefix + "_squares")).otherwise(0.0);
  }

  /** The standard deviation; null where undefined. */
  Column std(Deviation deviation) {
    return standardDeviation(squares(), count(), deviation);
  }

  /** Square root of squares by their count less one or not; null where undefined. */
  static Column standardDeviation(Column squares, Column count, Deviation deviation) {
    Column divisor = count.minus(deviation.degreesLost());
    return when(divisor.gt(0), sqrt(squares.divide(divisor)));
  }
}
