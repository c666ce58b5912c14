package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.Rgb;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.SceneObject;

/** Makes images worse, as weak policies do. */
final class Spoil {
  private static final int SIZE = Scene.SIZE;

  private Spoil() {}

  /** Decides for a point, in pixels. */
  @FunctionalInterface
  interface Region {
    boolean contains(double x, double y);
  }

  /** Adds independent normal noise to every channel. */
  static RgbImage addNoise(RgbImage image, double sigma, CounterRandom random) {
    byte[] rgb = image.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = clamp((rgb[i] & 0xFF) + sigma * random.nextGaussian());
    }
    return new RgbImage(SIZE, SIZE, rgb);
  }

  /** Blurs with a normal kernel; the image's edge is repeated. */
  static RgbImage blur(RgbImage image, double sigma) {
    if (sigma == 0) {
      return image;
    }
    int radius = (int) Math.ceil(3 * sigma);
    double[] rows = new double[image.rgb().length];
    byte[] rgb = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = smooth(image, null, i, sigma, radius);
    }
    for (int i = 0; i < rows.length; i++) {
      rgb[i] = clamp(smooth(image, rows, i, sigma, radius));
    }
    return new RgbImage(SIZE, SIZE, rgb);
  }

  private static double smooth(RgbImage image, double[] rows, int index, double sigma, int radius) {
    int channel = index % 3;
    int x = index / 3 % SIZE;
    int y = index / 3 / SIZE;
    double sum = 0;
    double total = 0;
    for (int k = -radius; k <= radius; k++) {
      double weight = Math.exp(-k * k / (2 * sigma * sigma));
      total += weight;
      if (rows == null) {
        sum += weight * image.channel(clip(x + k), y, channel);
      } else {
        sum += weight * rows[(clip(y + k) * SIZE + x) * 3 + channel];
      }
    }
    return sum / total;
  }

  private static int clip(int position) {
    return Math.max(0, Math.min(SIZE - 1, position));
  }

  /** Paints a region, anti-aliased. */
  static RgbImage paint(RgbImage image, Rgb colour, Region region) {
    int samples = 4;
    byte[] rgb = image.rgb().clone();
    for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
      int covered = 0;
      for (int i = 0; i < samples * samples; i++) {
        double x = pixel % SIZE + (i % samples + 0.5) / samples;
        double y = pixel / SIZE + (i / samples + 0.5) / samples;
        covered += region.contains(x, y) ? 1 : 0;
      }
      double share = (double) covered / (samples * samples);
      int[] paint = {colour.red(), colour.green(), colour.blue()};
      for (int channel = 0; channel < 3; channel++) {
        int i = pixel * 3 + channel;
        rgb[i] = clamp((rgb[i] & 0xFF) * (1 - share) + paint[channel] * share);
      }
    }
    return new RgbImage(SIZE, SIZE, rgb);
  }

  /** Mixes a colour with the amount that a function gives for every pixel. */
  static RgbImage glow(RgbImage image, Rgb colour, double x, double y, double sigma) {
    byte[] rgb = image.rgb().clone();
    for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
      double dx = pixel % SIZE + 0.5 - x;
      double dy = pixel / SIZE + 0.5 - y;
      double share = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      int[] paint = {colour.red(), colour.green(), colour.blue()};
      for (int channel = 0; channel < 3; channel++) {
        int i = pixel * 3 + channel;
        rgb[i] = clamp((rgb[i] & 0xFF) * (1 - share) + paint[channel] * share);
      }
    }
    return new RgbImage(SIZE, SIZE, rgb);
  }

  /**
   * Erases what lies beyond a line through the object: {@code share} of its width, seen from the
   * side that the angle points to.
   */
  static RgbImage cut(
      RgbImage image, Rgb background, SceneObject object, double share, double angle) {
    double limit = object.size() / 2 - share * object.size();
    return paint(
        image,
        background,
        (x, y) ->
            Math.hypot(x - object.x(), y - object.y()) < object.size()
                && (x - object.x()) * Math.cos(angle) + (y - object.y()) * Math.sin(angle) > limit);
  }

  private static byte clamp(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }
}
