package dev.tandem.shapeworld;

/** A five-pointed star as a polygon of ten corners on two circles. */
final class StarOutline {
  private static final int CORNERS = 10;
  private static final double INNER_RADIUS = 0.45;
  private static final double[] X = new double[CORNERS];
  private static final double[] Y = new double[CORNERS];

  static {
    for (int i = 0; i < CORNERS; i++) {
      double radius = i % 2 == 0 ? 1 : INNER_RADIUS;
      double angle = 2 * Math.PI * i / CORNERS;
      X[i] = radius * StrictMath.sin(angle);
      Y[i] = -radius * StrictMath.cos(angle);
    }
  }

  private StarOutline() {}

  /** Whether a ray to the right of the point crosses the outline an odd number of times. */
  static boolean contains(double x, double y) {
    boolean inside = false;
    for (int i = 0, j = CORNERS - 1; i < CORNERS; j = i++) {
      if (Y[i] > y != Y[j] > y && x < (X[j] - X[i]) * (y - Y[i]) / (Y[j] - Y[i]) + X[i]) {
        inside = !inside;
      }
    }
    return inside;
  }
}
