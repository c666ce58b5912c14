package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.Colour;
import dev.tandem.shapeworld.Rgb;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An image as fields of colour: which pixels are purely of a colour, and how much others share. */
final class ColourField {
  /** RGB distance up to which a pixel is of a colour. Half covered pixels lie farther off. */
  private static final int PURE = 58;

  /** RGB distance from the background within which a pixel is background. */
  private static final int PLAIN = 36;

  /** Fewest pure pixels of an object: the smallest stars have eight. */
  private static final int MIN_CORE = 6;

  /** Side of a cube of colours when the most frequent one is looked for. */
  private static final int BIN = 16;

  private final RgbImage image;
  private final int width;
  private final int height;
  private final double[] ground;

  /**
   * Connected pixels of one pure colour.
   *
   * @param colour their colour
   * @param x column of their centroid, in pixels
   * @param y row of their centroid, in pixels
   */
  record Core(Colour colour, double x, double y) {}

  ColourField(RgbImage image) {
    this.image = image;
    width = image.width();
    height = image.height();
    ground = mostFrequentColour();
  }

  /** The mean of the fullest cell of a coarse histogram and its neighbours. */
  private double[] mostFrequentColour() {
    int bins = 256 / BIN;
    int[] counts = new int[bins * bins * bins];
    int fullest = 0;
    for (int pixel = 0; pixel < width * height; pixel++) {
      int cell = 0;
      for (int channel = 0; channel < 3; channel++) {
        cell = cell * bins + value(pixel, channel) / BIN;
      }
      counts[cell]++;
      if (counts[cell] > counts[fullest]) {
        fullest = cell;
      }
    }
    int[] cell = {fullest / (bins * bins), fullest / bins % bins, fullest % bins};
    double[] sums = new double[3];
    int members = 0;
    for (int pixel = 0; pixel < width * height; pixel++) {
      boolean near = true;
      for (int channel = 0; channel < 3; channel++) {
        near &= Math.abs(value(pixel, channel) / BIN - cell[channel]) <= 1;
      }
      if (near) {
        members++;
        for (int channel = 0; channel < 3; channel++) {
          sums[channel] += value(pixel, channel);
        }
      }
    }
    for (int channel = 0; channel < 3; channel++) {
      sums[channel] /= members;
    }
    return sums;
  }

  private int value(int pixel, int channel) {
    return image.rgb()[pixel * 3 + channel] & 0xFF;
  }

  /** The objects' cores, in reading order of their first pixels. */
  List<Core> cores() {
    int[] labels = new int[width * height];
    for (int pixel = 0; pixel < labels.length; pixel++) {
      labels[pixel] = label(pixel);
    }
    List<Core> cores = new ArrayList<>();
    for (int pixel = 0; pixel < labels.length; pixel++) {
      if (labels[pixel] >= 0) {
        collect(labels, pixel, cores);
      }
    }
    return cores;
  }

  /** The ordinal of the pixel's pure colour, or -1. */
  private int label(int pixel) {
    double toGround = 0;
    for (int channel = 0; channel < 3; channel++) {
      double offset = value(pixel, channel) - ground[channel];
      toGround += offset * offset;
    }
    if (toGround < PLAIN * PLAIN) {
      return -1;
    }
    int nearest = -1;
    double least = PURE * PURE;
    for (Colour colour : Colour.values()) {
      Rgb rgb = colour.rgb();
      double red = value(pixel, 0) - rgb.red();
      double green = value(pixel, 1) - rgb.green();
      double blue = value(pixel, 2) - rgb.blue();
      double square = red * red + green * green + blue * blue;
      if (square < least) {
        least = square;
        nearest = colour.ordinal();
      }
    }
    return least < toGround ? nearest : -1;
  }

  /** Takes the pixels of one label that touch, corners included, off the map. */
  private void collect(int[] labels, int start, List<Core> cores) {
    int label = labels[start];
    labels[start] = -1;
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    int count = 0;
    double sumX = 0;
    double sumY = 0;
    while (!open.isEmpty()) {
      int pixel = open.pop();
      int x = pixel % width;
      int y = pixel / width;
      count++;
      sumX += x + 0.5;
      sumY += y + 0.5;
      for (int nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY++) {
        for (int nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX++) {
          int next = nextY * width + nextX;
          if (labels[next] == label) {
            labels[next] = -1;
            open.push(next);
          }
        }
      }
    }
    if (count >= MIN_CORE) {
      cores.add(new Core(Colour.values()[label], sumX / count, sumY / count));
    }
  }

  /**
   * The share of a colour at every pixel of the image, between background (0) and pure (1), that
   * explains the pixel's difference from the background; negative where it points away.
   */
  double[] shares(Colour colour) {
    double red = colour.rgb().red() - ground[0];
    double green = colour.rgb().green() - ground[1];
    double blue = colour.rgb().blue() - ground[2];
    double square = red * red + green * green + blue * blue;
    double[] shares = new double[width * height];
    for (int pixel = 0; pixel < shares.length; pixel++) {
      double dot =
          red * (value(pixel, 0) - ground[0])
              + green * (value(pixel, 1) - ground[1])
              + blue * (value(pixel, 2) - ground[2]);
      shares[pixel] = dot / square;
    }
    return shares;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }
}
