package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/**
 * Statistics over all groups of one run, iteration and stage, out of each group's own, summed in
 * the order of the pairs; kept in columns whose names begin with the prefix.
 *
 * @param ballast is added to the count where a mean is divided by it
 */
record BatchStatistics(String prefix, double ballast) {
  private static final WindowSpec BATCH =
      Window.partitionBy("run_id", "iteration", "stage")
          .orderBy("pair_id", "group_id", "sample_index", "rollout_id")
          .rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());

  /** The first member of a group has place 1; it stands for the group. */
  private static final String PLACE = "place_in_group";

  /**
   * Added to the number of tokens where verl divides by it, in masked_mean, so that no token is no
   * error there. Kept, because it moves its advantages by more than rounding does.
   */
  private static final double TOKEN_BALLAST = 1e-8;

  /** Over members. */
  static BatchStatistics ofMembers(String value) {
    return new BatchStatistics(value + "_batch", 0);
  }

  /** Over tokens. */
  static BatchStatistics ofTokens(String value) {
    return new BatchStatistics(value + "_token_batch", TOKEN_BALLAST);
  }

  /** Adds what {@link #addTo} looks at, once for all prefixes. */
  static void prepare(Passes passes, WindowSpec membersInOrder) {
    passes.add(0, PLACE, row_number().over(membersInOrder));
  }

  /** Adds the columns of {@link #varies} and {@link #nonzero}. */
  void addExtent(Passes passes, int pass, Column value) {
    passes.add(pass, prefix + "_least", min(value).over(BATCH));
    passes.add(pass, prefix + "_greatest", max(value).over(BATCH));
    Column nonzero = when(value.notEqual(0.0), value);
    passes.add(pass, prefix + "_nonzero", functions.count(nonzero).over(BATCH));
  }

  /**
   * Adds the other columns, in this pass and the next one, from statistics of each group: the count
   * of its values, their sum, their mean and their squared distances from it.
   */
  void addTo(Passes passes, int pass, Column count, Column sum, Column mean, Column squares) {
    Column size = count.cast("double");
    passes.add(pass, prefix + "_count", sumOverGroups(size));
    passes.add(pass, prefix + "_sum", sumOverGroups(sum));
    Column offset = mean.minus(mean());
    Column between = size.multiply(offset).multiply(offset);
    passes.add(pass + 1, prefix + "_squares", sumOverGroups(squares.plus(between)));
  }

  /** The number of values. */
  Column count() {
    return col(prefix + "_count");
  }

  /** Their mean; null if there is none. */
  Column mean() {
    return when(count().gt(0), col(prefix + "_sum").divide(count().plus(ballast)));
  }

  /** Their standard deviation; null where undefined. */
  Column std(Deviation deviation) {
    Column share = count().divide(count().plus(ballast));
    Column squares = col(prefix + "_squares").multiply(share);
    return when(count().gt(0), Moments.standardDeviation(squares, count(), deviation));
  }

  /** Whether at least one value differs from another. */
  Column varies() {
    return functions.coalesce(
        col(prefix + "_greatest").gt(col(prefix + "_least")), functions.lit(false));
  }

  /** The number of values that are not 0. */
  Column nonzero() {
    return col(prefix + "_nonzero").cast("double");
  }

  private static Column sumOverGroups(Column ofGroup) {
    return sum(when(col(PLACE).equalTo(1), ofGroup)).over(BATCH);
  }
}
