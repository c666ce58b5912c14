package dev.tandem.reward;

import java.io.Serializable;

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

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
