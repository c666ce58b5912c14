package dev.tandem.shapeworld.detector;

import java.util.Arrays;

/**
 * An object as seen from its centroid. Both curves have one value a ray, in pixels, the first ray
 * to the right, then clockwise.
 *
 * @param met how much of the ray lies in the object, partial coverage counted in part
 * @param reach how far out the object covers one half
 * @param edgeWidth pixels over which coverage falls from 0.8 to 0.2, the median of the rays
 * @param x column of the centroid
 * @param y row of the centroid
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Outline(double[] met, double[] reach, double edgeWidth, double x, double y) {
  static final int RAYS = 40;

  private static final double STEP = 0.25;
  private static final double LONGEST_RAY = 9;

  /** Coverage that stands for the outer and the inner end of an edge. */
  private static final double EDGE_LOW = 0.2;

  private static final double EDGE_HIGH = 0.8;

  /** Radius within which coverage is weighed to find the centroid; neighbours begin beyond. */
  private static final double CENTROID_RADIUS = 7.25;

  private static final int CENTROID_ROUNDS = 2;

  /** A ray that was inside the object ends after so many steps outside. */
  private static final int STEPS_OUTSIDE = 5;

  private static final double[] COSINES = new double[RAYS];
  private static final double[] SINES = new double[RAYS];

  static {
    for (int ray = 0; ray < RAYS; ray++) {
      COSINES[ray] = StrictMath.cos(2 * Math.PI * ray / RAYS);
      SINES[ray] = StrictMath.sin(2 * Math.PI * ray / RAYS);
    }
  }

  /** Traces the object around a core. */
  static Outline trace(ColourField field, ColourField.Core core) {
    double[] shares = field.shares(core.colour());
    return trace(shares, field.width(), core.x(), core.y());
  }

  /** Traces the object around a point, given the coverage of every pixel, row-major. */
  static Outline trace(double[] shares, int width, double nearX, double nearY) {
    Plane plane = new Plane(shares, width);
    double[] centre = {nearX, nearY};
    for (int round = 0; round < CENTROID_ROUNDS; round++) {
      centre = plane.centroid(centre[0], centre[1]);
    }
    double[] met = new double[RAYS];
    double[] reach = new double[RAYS];
    double[] widths = new double[RAYS];
    int edges = 0;
    for (int ray = 0; ray < RAYS; ray++) {
      double inner = -1;
      double outer = 0;
      int outside = 0;
      for (double r = STEP / 2; r < LONGEST_RAY && outside < STEPS_OUTSIDE; r += STEP) {
        double share = plane.at(centre[0] + r * COSINES[ray], centre[1] + r * SINES[ray]);
        met[ray] += share * STEP;
        reach[ray] = share >= 0.5 ? r + STEP / 2 : reach[ray];
        inner = share >= EDGE_HIGH ? r : inner;
        outer = share >= EDGE_LOW ? r : outer;
        outside = share < EDGE_LOW && reach[ray] > 0 ? outside + 1 : 0;
      }
      if (inner >= 0) {
        widths[edges++] = outer - inner;
      }
    }
    return new Outline(met, reach, median(Arrays.copyOf(widths, edges)), centre[0], centre[1]);
  }

  /** The middle value; infinite where there is none. */
  private static double median(double[] values) {
    Arrays.sort(values);
    return values.length == 0 ? Double.POSITIVE_INFINITY : values[values.length / 2];
  }

  /** Coverage between pixel centres. */
  private record Plane(double[] shares, int width) {

    private double clamped(int x, int y) {
      int height = shares.length / width;
      int column = Math.max(0, Math.min(width - 1, x));
      int row = Math.max(0, Math.min(height - 1, y));
      return Math.max(0, Math.min(1, shares[row * width + column]));
    }

    /** Bilinear interpolation. */
    double at(double x, double y) {
      int column = (int) Math.floor(x - 0.5);
      int row = (int) Math.floor(y - 0.5);
      double right = x - 0.5 - column;
      double below = y - 0.5 - row;
      return (1 - below) * ((1 - right) * clamped(column, row) + right * clamped(column + 1, row))
          + below * ((1 - right) * clamped(column, row + 1) + right * clamped(column + 1, row + 1));
    }

    double[] centroid(double nearX, double nearY) {
      double sum = 0;
      double sumX = 0;
      double sumY = 0;
      int radius = (int) Math.ceil(CENTROID_RADIUS);
      for (int y = (int) nearY - radius; y <= (int) nearY + radius; y++) {
        for (int x = (int) nearX - radius; x <= (int) nearX + radius; x++) {
          double dx = x + 0.5 - nearX;
          double dy = y + 0.5 - nearY;
          double share = clamped(x, y);
          if (dx * dx + dy * dy < CENTROID_RADIUS * CENTROID_RADIUS && share > EDGE_LOW) {
            sum += share;
            sumX += share * (x + 0.5);
            sumY += share * (y + 0.5);
          }
        }
      }
      return sum == 0 ? new double[] {nearX, nearY} : new double[] {sumX / sum, sumY / sum};
    }
  }
}
