package dev.tandem.shapeworld.detector;

import dev.tandem.shapeworld.Colour;
import dev.tandem.shapeworld.Rgb;
import dev.tandem.shapeworld.detector.Components.Component;

/**
 * How much of each pixel a region's object covers, if the object has the colour that explains the
 * region best: every pixel is taken as a mixture of background and that colour. The map has a
 * margin so that templates may hang over the image's edge.
 */
final class Coverage {
  /** Full coverage; fits a signed byte. */
  static final int FULL = 127;

  static final int MARGIN = 12;
  static final int STRIDE = Components.SIZE + 2 * MARGIN;

  /** RGB distance from the line between background and colour that still counts as that mixture. */
  private static final double TOLERANCE = 60;

  /** Distances beyond this weigh no more when the colour is chosen. */
  private static final double WORST = 120;

  /** Coverage that noise alone reaches (in standard deviations) is taken as none. */
  private static final double NOISE_FLOOR = 1.5;

  /** Pixels around a region whose partial coverage is too faint to belong to it. */
  private static final int HALO = 2;

  private final byte[] covered = new byte[STRIDE * STRIDE];
  private final Colour colour;
  private Extent extent = Extent.NONE;
  private Extent any = Extent.NONE;
  private int foreignPixels;
  private double sum;
  private double sumX;
  private double sumY;

  private Coverage(Colour colour) {
    this.colour = colour;
  }

  static Coverage of(
      byte[] rgb, Background background, Components components, Component component) {
    Colour colour = chooseColour(rgb, background, component);
    Coverage coverage = new Coverage(colour);
    coverage.fill(rgb, new Mixture(background, colour.rgb()), components, component);
    coverage.extent = Extent.of(coverage.covered, STRIDE, FULL / 2);
    coverage.any = Extent.of(coverage.covered, STRIDE, 0);
    return coverage;
  }

  private static Colour chooseColour(byte[] rgb, Background background, Component component) {
    Colour best = Colour.RED;
    double least = Double.POSITIVE_INFINITY;
    for (Colour colour : Colour.values()) {
      Mixture mixture = new Mixture(background, colour.rgb());
      double cost = 0;
      for (int pixel : component.pixels()) {
        cost += Math.min(mixture.squaredResidual(rgb, pixel), WORST * WORST);
      }
      if (cost < least) {
        least = cost;
        best = colour;
      }
    }
    return best;
  }

  private void fill(byte[] rgb, Mixture mixture, Components components, Component component) {
    int size = Components.SIZE;
    int top = Math.max(0, component.top() - HALO);
    int bottom = Math.min(size - 1, component.bottom() + HALO);
    int left = Math.max(0, component.left() - HALO);
    int right = Math.min(size - 1, component.right() + HALO);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        int pixel = y * size + x;
        if (components.isForeign(pixel, component)) {
          continue;
        }
        double share = mixture.share(rgb, pixel);
        if (mixture.squaredResidual(rgb, pixel) > TOLERANCE * TOLERANCE) {
          foreignPixels++;
        } else if (share > mixture.noise() * NOISE_FLOOR) {
          put(x, y, share);
        }
      }
    }
  }

  private void put(int x, int y, double share) {
    int value = (int) Math.round(share * FULL);
    covered[(y + MARGIN) * STRIDE + x + MARGIN] = (byte) value;
    sum += value;
    sumX += value * (x + 0.5);
    sumY += value * (y + 0.5);
  }

  Colour colour() {
    return colour;
  }

  /** The map, {@link #STRIDE} a row; pixel (x, y) lies at (x + MARGIN, y + MARGIN). */
  byte[] map() {
    return covered;
  }

  /** The extent within the map, its margin included. */
  Extent extent() {
    return extent;
  }

  /** Where the map is not zero, its margin included. */
  Extent any() {
    return any;
  }

  /** Covered area in pixels. */
  double area() {
    return sum / FULL;
  }

  /** Covered area, and all pixels of another colour: what a template has to account for. */
  double claimedArea() {
    return area() + foreignPixels;
  }

  double centreX() {
    return sumX / sum;
  }

  double centreY() {
    return sumY / sum;
  }

  /** Pixels between the background and a colour. */
  private static final class Mixture {
    private final Background background;
    private final double red;
    private final double green;
    private final double blue;
    private final double square;

    Mixture(Background background, Rgb colour) {
      this.background = background;
      red = colour.red() - background.red();
      green = colour.green() - background.green();
      blue = colour.blue() - background.blue();
      square = Math.max(1, red * red + green * green + blue * blue);
    }

    /** The colour's share of the pixel, in [0, 1]. */
    double share(byte[] rgb, int pixel) {
      double dot =
          red * ((rgb[pixel * 3] & 0xFF) - background.red())
              + green * ((rgb[pixel * 3 + 1] & 0xFF) - background.green())
              + blue * ((rgb[pixel * 3 + 2] & 0xFF) - background.blue());
      return Math.min(1, Math.max(0, dot / square));
    }

    /** Squared distance of the pixel from the nearest mixture. */
    double squaredResidual(byte[] rgb, int pixel) {
      double share = share(rgb, pixel);
      double r = (rgb[pixel * 3] & 0xFF) - background.red() - share * red;
      double g = (rgb[pixel * 3 + 1] & 0xFF) - background.green() - share * green;
      double b = (rgb[pixel * 3 + 2] & 0xFF) - background.blue() - share * blue;
      return r * r + g * g + b * b;
    }

    /** Standard deviation of the share that the image's noise causes. */
    double noise() {
      return background.noise() / Math.sqrt(square);
    }
  }
}
