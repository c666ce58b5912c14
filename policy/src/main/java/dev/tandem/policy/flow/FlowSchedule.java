package dev.tandem.policy.flow;

import java.util.Arrays;

/**
 * The flow times that sampling visits.
 *
 * @param points descending from 1 (noise) to 0 (image); one more than there are steps
 */
@SuppressWarnings("ArrayRecordComponent") // a table of numbers; never compared
public record FlowSchedule(double[] points) {
  public FlowSchedule {
    points = points.clone();
    check(points);
  }

  /**
   * The given number of steps between equally spaced times s, each shifted to {@code t = shift * s
   * / (1 + (shift - 1) * s)} (UniGRPO; diffusers' flow-match scheduler).
   */
  public static FlowSchedule steps(int steps, double shift) {
    if (steps < 1 || !(shift > 0) || Double.isInfinite(shift)) {
      throw new IllegalArgumentException(
          "Invalid schedule: %d steps, shift %s (at least one step, a positive shift)"
              .formatted(steps, shift));
    }
    double[] points = new double[steps + 1];
    for (int j = 0; j <= steps; j++) {
      double s = (double) (steps - j) / steps;
      // Written so that s = 1 gives exactly 1.
      points[j] = shift * s / (shift * s + (1 - s));
    }
    return new FlowSchedule(points);
  }

  /** A schedule whose shift follows from the number of latent tokens of the image. */
  public static FlowSchedule dynamic(int steps, int tokens, DynamicShift shift) {
    return steps(steps, shift.form().shift(shift.mu(tokens)));
  }

  /** A schedule counted by its points, as BAGEL and R3 do: one step less. */
  public static FlowSchedule points(int points, double shift) {
    return steps(points - 1, shift);
  }

  @Override
  public double[] points() {
    return points.clone();
  }

  /** The number of steps. */
  public int steps() {
    return points.length - 1;
  }

  /** Flow time before the step. */
  public double t(int step) {
    return points[step];
  }

  /** Length of the step, positive. */
  public double dt(int step) {
    return points[step] - points[step + 1];
  }

  private static void check(double[] points) {
    boolean valid = points.length >= 2 && points[0] <= 1 && points[points.length - 1] >= 0;
    for (int j = 1; j < points.length; j++) {
      valid &= points[j] < points[j - 1];
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "Invalid schedule: times must descend within [1, 0], found " + Arrays.toString(points));
    }
  }
}
