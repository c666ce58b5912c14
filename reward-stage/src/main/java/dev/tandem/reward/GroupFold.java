package dev.tandem.reward;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_min;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import org.apache.spark.sql.Column;

/**
 * Statistics of one field of an array of structs, summed in the array's order, so that the last
 * bits depend on nothing but the array. Members whose field is null are left out.
 *
 * @param members the array
 * @param field the field's name; its type is double
 */
record GroupFold(Column members, String field) {

  /** The number of members that have a value. */
  Column count() {
    return size(filter(members, member -> member.getField(field).isNotNull()));
  }

  /** The sum of the values, 0 if there is none. */
  Column sum() {
    return aggregate(
        members, lit(0.0), (sum, member) -> sum.plus(coalesce(member.getField(field), lit(0.0))));
  }

  /** The sum of the squared distances from a value. */
  Column squaresAround(Column center) {
    return aggregate(
        members,
        lit(0.0),
        (sum, member) -> {
          Column distance = member.getField(field).minus(center);
          return sum.plus(coalesce(distance.multiply(distance), lit(0.0)));
        });
  }

  /** Whether at least one value differs from another; exact, whatever the mean's rounding. */
  Column varies() {
    Column values = transform(members, member -> member.getField(field));
    return coalesce(array_max(values).gt(array_min(values)), lit(false));
  }

  /** Square root of squares by their count less one or not; null where undefined. */
  static Column standardDeviation(Column squares, Column count, Deviation deviation) {
    Column divisor = count.minus(deviation.degreesLost());
    return when(divisor.gt(0), sqrt(squares.divide(divisor)));
  }
}
