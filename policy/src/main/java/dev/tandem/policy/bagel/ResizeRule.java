package dev.tandem.policy.bagel;

/**
 * BAGEL's rule for the size at which a model sees an image: the aspect is kept as far as sides of
 * whole strides allow.
 *
 * @param maxSize longest side in pixels
 * @param minSize shortest side in pixels; yields to {@code maxPixels}
 * @param stride sides are multiples of this
 * @param maxPixels largest area
 */
public record ResizeRule(int maxSize, int minSize, int stride, long maxPixels) {
  /** The published limit of both of BAGEL's transforms. */
  public static final long PUBLISHED_MAX_PIXELS = 14L * 14 * 9 * 1024;

  /** Width and height in pixels. */
  public record Size(int width, int height) {}

  /** The size at which an image of the given size is seen. */
  public Size apply(int width, int height) {
    double scale = Math.min((double) maxSize / Math.max(width, height), 1.0);
    scale = Math.max(scale, (double) minSize / Math.min(width, height));
    Size size = scaled(width, height, scale);
    if ((long) size.width() * size.height() > maxPixels) {
      scale = (double) maxPixels / ((long) size.width() * size.height());
      size = scaled(size.width(), size.height(), scale);
    }
    if (Math.max(size.width(), size.height()) > maxSize) {
      scale = (double) maxSize / Math.max(size.width(), size.height());
      size = scaled(size.width(), size.height(), scale);
    }
    return size;
  }

  private Size scaled(int width, int height, double scale) {
    return new Size(side(width, scale), side(height, scale));
  }

  /** Rounded half to even twice, as Python does, and never less than a stride. */
  private int side(int pixels, double scale) {
    double scaled = Math.rint(pixels * scale);
    return Math.max(stride, (int) (Math.rint(scaled / stride) * stride));
  }
}
