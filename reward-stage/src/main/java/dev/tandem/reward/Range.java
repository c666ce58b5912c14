package dev.tandem.reward;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The closed interval that a reward's values lie in.
 *
 * @param low smallest value, may be negative infinity
 * @param high largest value
 */
public record Range(double low, double high) implements Serializable {
  /** Zero to one. */
  public static final Range UNIT = new Range(0, 1);

  public Range {
    if (!(low < high)) {
      throw new IllegalArgumentException("Invalid range: %s to %s".formatted(low, high));
    }
  }

  /** Whether the value lies within; false for NaN. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The range of products of a value of this range and one of the other. */
  Range times(Range other) {
    double[] ends = {
      times(low, other.low), times(low, other.high), times(high, other.low), times(high, other.high)
    };
    return new Range(
        Arrays.stream(ends).min().orElseThrow(), Arrays.stream(ends).max().orElseThrow());
  }

  /** Zero times infinity is zero here: values themselves are finite. */
  private static double times(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
  }

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
