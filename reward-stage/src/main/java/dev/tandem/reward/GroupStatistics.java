package dev.tandem.reward;

import static org.apache.spark.sql.functions.asc_nulls_last;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Statistics of each row's group as further columns: the {@link Moments} of each value, and what
 * the methods add. Members that have no value are left out.
 *
 * <p>They are window functions, so that a group is sorted once, by sample index, and its sums run
 * in this order. An aggregate would be merged from parts, whose order is that of the partitions.
 */
final class GroupStatistics {
  private static final int SMALLEST_TRIMMED = 3;
  private static final WindowSpec IN_ORDER =
      Window.partitionBy("group_id").orderBy("sample_index", "rollout_id");
  private static final WindowSpec GROUP =
      IN_ORDER.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());
  private static final WindowSpec UP_TO_HERE =
      IN_ORDER.rowsBetween(Window.unboundedPreceding(), Window.currentRow());

  private final List<String> values;
  private final Passes passes = new Passes();

  private GroupStatistics(List<String> values) {
    this.values = values;
  }

  /** The moments of these columns. */
  static GroupStatistics of(List<String> values) {
    GroupStatistics statistics = new GroupStatistics(values);
    for (String value : values) {
      new Moments(value).addTo(statistics.passes, 0, col(value), GROUP);
    }
    return statistics;
  }

  /**
   * Adds the {@link #trimmed} moments, without {@code floor(share * count)} members at each end; of
   * all members where fewer than three would be a sample or none would be left.
   */
  void addTrimmed(double share) {
    for (String value : values) {
      WindowSpec byValue = Window.partitionBy("group_id").orderBy(asc_nulls_last(value));
      String rank = value + "_rank";
      passes.add(0, rank, row_number().over(byValue));
      Column members = new Moments(value).count();
      Column cut = floor(members.multiply(share));
      Column left = members.minus(cut.multiply(2));
      Column inside = col(rank).gt(cut).and(col(rank).leq(members.minus(cut)));
      Column whole = members.lt(SMALLEST_TRIMMED).or(left.leq(0));
      WindowSpec ascending =
          byValue.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());
      trimmed(value).addTo(passes, 1, when(whole.or(inside), col(value)), ascending);
    }
  }

  /**
   * Adds the {@link #tokens} moments.
   *
   * @param lengths by value the column with the number of a member's tokens
   * @param centers by value what is subtracted first
   */
  void addTokens(Map<String, String> lengths, Map<String, Column> centers) {
    int pass = passes.next();
    for (String value : values) {
      Column length = col(of(lengths, value));
      tokens(value).addTo(passes, pass, col(value), length, of(centers, value), GROUP);
    }
  }

  /** Adds what {@link #isBest} and {@link #isWorst} look at. */
  void addExtremes() {
    for (String value : values) {
      Moments moments = new Moments(value);
      passes.add(0, value + "_place", count(col(value)).over(UP_TO_HERE));
      passes.add(1, value + "_best", firstWith(value, moments.greatest()));
      passes.add(1, value + "_worst", firstWith(value, moments.least()));
    }
  }

  /** Adds {@link BatchStatistics#ofMembers}. */
  void addBatch() {
    BatchStatistics.prepare(passes, IN_ORDER);
    int pass = passes.next();
    for (String value : values) {
      Moments group = new Moments(value);
      BatchStatistics batch = BatchStatistics.ofMembers(value);
      batch.addExtent(passes, pass, col(value));
      batch.addTo(passes, pass, group.count(), group.sumOfValues(), group.mean(), group.squares());
    }
  }

  /** Adds {@link BatchStatistics#ofTokens}; {@link #addTokens} and {@link #addBatch} come first. */
  void addTokenBatch() {
    int pass = passes.next();
    for (String value : values) {
      TokenMoments group = tokens(value);
      BatchStatistics.ofTokens(value)
          .addTo(passes, pass, group.count(), group.sumOfValues(), group.mean(), group.squares());
    }
  }

  /** The rows with the statistics of their groups. */
  Dataset<Row> addTo(Dataset<Row> rows) {
    return passes.addTo(rows);
  }

  /** Moments of the members that were not trimmed. */
  static Moments trimmed(String value) {
    return new Moments(value + "_trimmed");
  }

  /** Moments over the members' tokens. */
  static TokenMoments tokens(String value) {
    return new TokenMoments(value + "_token");
  }

  /** Whether this is the first of the best members; of equal ones the second. */
  static Column isBest(String value) {
    return when(new Moments(value).varies(), isMember(value + "_best")).otherwise(isAt(value, 2));
  }

  /** Whether this is the first of the worst members; of equal ones the first. */
  static Column isWorst(String value) {
    return when(new Moments(value).varies(), isMember(value + "_worst")).otherwise(isAt(value, 1));
  }

  private static Column isMember(String index) {
    return col("sample_index").equalTo(col(index));
  }

  /** Whether the member has a value and so many up to it have one. */
  private static Column isAt(String value, int place) {
    return col(value).isNotNull().and(col(value + "_place").equalTo(lit(place)));
  }

  private static Column firstWith(String value, Column wanted) {
    return min(when(col(value).equalTo(wanted), col("sample_index"))).over(GROUP);
  }

  private static <T> T of(Map<String, T> byValue, String value) {
    return Objects.requireNonNull(byValue.get(value), value);
  }
}
