package dev.tandem.reward;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_min;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;

/**
 * Statistics of one field of an array of structs, summed in the array's order, so that the last
 * bits depend on nothing but the array. Members whose field is null are left out.
 *
 * @param members the array
 * @param field the field's name; its type is double
 */
record GroupFold(Column members, String field) {
  private static final int SMALLEST_TRIMMED = 3;

  /** The number of members that have a value. */
  Column count() {
    return size(present());
  }

  /** The number of members whose value is not 0. */
  Column countNonzero() {
    return size(filter(members, member -> member.getField(field).notEqual(0.0)));
  }

  /** The sum of the values, 0 if there is none. */
  Column sum() {
    return total(member -> member.getField(field));
  }

  /** The sum of the squared distances from a value. */
  Column squaresAround(Column center) {
    return total(
        member -> {
          Column distance = member.getField(field).minus(center);
          return distance.multiply(distance);
        });
  }

  /** The sum of a weight over the members that have a value. */
  Column weights(String weight) {
    return total(member -> when(member.getField(field).isNotNull(), member.getField(weight)));
  }

  /** The sum of the distances from a value, each times its member's weight. */
  Column weightedSum(String weight, Column center) {
    return total(member -> member.getField(weight).multiply(member.getField(field).minus(center)));
  }

  /** The sum of the squared distances from a value, each times its member's weight. */
  Column weightedSquares(String weight, Column center) {
    return total(
        member -> {
          Column distance = member.getField(field).minus(center);
          return member.getField(weight).multiply(distance).multiply(distance);
        });
  }

  /** The smallest value; null if there is none. */
  Column least() {
    return array_min(values());
  }

  /** The greatest value; null if there is none. */
  Column greatest() {
    return array_max(values());
  }

  /** Whether at least one value differs from another; exact, whatever the mean's rounding. */
  Column varies() {
    return coalesce(greatest().gt(least()), lit(false));
  }

  /** Another field of the members whose value is this one; of all that have one if it is null. */
  Column keysOf(String key, Column value) {
    Column matching =
        filter(
            members,
            member -> member.getField(field).equalTo(coalesce(value, member.getField(field))));
    return transform(matching, member -> member.getField(key));
  }

  /**
   * The members as structs of this field alone, in ascending order, without {@code floor(share *
   * count)} of them at each end; all of them where fewer than three would be a sample or none would
   * be left.
   */
  Column trimmed(double share) {
    Column sorted =
        sort_array(transform(present(), member -> struct(member.getField(field).as(field))));
    Column cut = floor(count().multiply(share)).cast("int");
    Column left = count().minus(cut.multiply(2));
    return when(count().geq(SMALLEST_TRIMMED).and(left.gt(0)), slice(sorted, cut.plus(1), left))
        .otherwise(sorted);
  }

  /** Square root of squares by their count less one or not; null where undefined. */
  static Column standardDeviation(Column squares, Column count, Deviation deviation) {
    Column divisor = count.minus(deviation.degreesLost());
    return when(divisor.gt(0), sqrt(squares.divide(divisor)));
  }

  private Column present() {
    return filter(members, member -> member.getField(field).isNotNull());
  }

  private Column values() {
    return transform(members, member -> member.getField(field));
  }

  private Column total(UnaryOperator<Column> term) {
    return aggregate(
        members, lit(0.0), (sum, member) -> sum.plus(coalesce(term.apply(member), lit(0.0))));
  }
}
