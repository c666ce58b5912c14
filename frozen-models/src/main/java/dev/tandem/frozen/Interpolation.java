package dev.tandem.frozen;

/** The filter that an image is resized with. */
enum Interpolation {
  /** The triangle filter. */
  BILINEAR(1),
  /** Keys's cubic filter with a = -0.5, as in Pillow. */
  BICUBIC(2);

  private static final double A = -0.5;

  private final int support;

  Interpolation(int support) {
    this.support = support;
  }

  /** Places on either side of the centre that have weight, in pixels of the coarser image. */
  int support() {
    return support;
  }

  /** The weight at a distance from the centre, not normalised. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case BILINEAR -> Math.max(0, 1 - x);
      case BICUBIC -> x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : x < 2 ? outer(x) : 0;
    };
  }

  private static double outer(double x) {
    return (((x - 5) * x + 8) * x - 4) * A;
  }
}
