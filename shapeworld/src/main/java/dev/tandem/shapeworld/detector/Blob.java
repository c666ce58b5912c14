package dev.tandem.shapeworld.detector;

/** What a shape must beat: a round blob without an edge, of the same area at the same centroid. */
final class Blob {
  private Blob() {}

  /** Intersection over union of a coverage map with the blob {@code exp(-r^2 / (2 sigma^2))}. */
  static double iou(Coverage coverage) {
    double area = coverage.area();
    double exponent = Math.PI / area;
    double limit = 3 * Math.sqrt(area);
    int left = (int) Math.max(-Coverage.MARGIN, coverage.centreX() - limit);
    int right = (int) Math.min(Components.SIZE + Coverage.MARGIN, coverage.centreX() + limit);
    int top = (int) Math.max(-Coverage.MARGIN, coverage.centreY() - limit);
    int bottom = (int) Math.min(Components.SIZE + Coverage.MARGIN, coverage.centreY() + limit);
    double[] columns = profile(left, right, coverage.centreX(), exponent);
    double[] rows = profile(top, bottom, coverage.centreY(), exponent);
    double common = 0;
    double blob = 0;
    for (int y = top; y < bottom; y++) {
      int at = (y + Coverage.MARGIN) * Coverage.STRIDE + Coverage.MARGIN;
      for (int x = left; x < right; x++) {
        double height = columns[x - left] * rows[y - top];
        blob += height;
        common += Math.min(height, (double) coverage.map()[at + x] / Coverage.FULL);
      }
    }
    return common / (coverage.claimedArea() + blob - common);
  }

  private static double[] profile(int from, int to, double centre, double exponent) {
    double[] profile = new double[to - from];
    for (int i = 0; i < profile.length; i++) {
      double offset = from + i + 0.5 - centre;
      profile[i] = StrictMath.exp(-offset * offset * exponent);
    }
    return profile;
  }
}
