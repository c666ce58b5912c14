package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Statistics of a value less a centre over the rows of a window that have one, each row counted as
 * often as it has tokens; kept in columns whose names begin with the prefix.
 */
record TokenMoments(String prefix) {

  /**
   * Adds the columns, in this pass and the next one.
   *
   * @param length the number of a row's tokens, a double
   * @param center what is subtracted first
   */
  void addTo(
      Passes passes, int pass, Column value, Column length, Column center, WindowSpec window) {
    Column lengthOfScored = when(value.isNotNull(), length);
    passes.add(pass, prefix + "_count", sum(lengthOfScored).over(window));
    Column weighted = length.multiply(value.minus(center));
    passes.add(pass, prefix + "_sum", sum(weighted).over(window));
    Column distance = value.minus(center.plus(mean()));
    Column square = length.multiply(distance).multiply(distance);
    passes.add(pass + 1, prefix + "_squares", sum(square).over(window));
  }

  /** The number of tokens; null if no row has a value. */
  Column count() {
    return col(prefix + "_count");
  }

  /** The sum over the tokens; null if no row has a value. */
  Column sumOfValues() {
    return col(prefix + "_sum");
  }

  /** The mean over the tokens; null if there is none. */
  Column mean() {
    return when(count().gt(0), sumOfValues().divide(count()));
  }

  /** The sum of the squared distances from the mean; null if there is no token. */
  Column squares() {
    return col(prefix + "_squares");
  }
}
