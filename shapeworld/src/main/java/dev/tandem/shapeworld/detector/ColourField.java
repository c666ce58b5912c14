package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.Colour;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * An image as fields of colour: which pixels mainly have a colour, and how much of it others share.
 */
final class ColourField {
  /** Share of a colour from which on a pixel mainly has it. */
  private static final double MAIN_SHARE = 0.55;

  /** RGB distance from the mixtures of background and colour that a pixel may have. */
  private static final int OFF_COLOUR = 45;

  /** Fewest pixels of a core: the smallest stars have twice as many. */
  private static final int MIN_CORE = 6;

  /** Cores whose centroids are closer, in pixels, are one object and its edge's false colours. */
  private static final double CLOSE = 6;

  private final RgbImage image;
  private final int width;
  private final int height;
  private final double[] ground;
  private final List<Direction> directions = new ArrayList<>();

  /**
   * Connected pixels that mainly have one colour.
   *
   * @param colour their colour
   * @param pixels how many they are
   * @param x column of their centroid, in pixels
   * @param y row of their centroid, in pixels
   */
  record Core(Colour colour, int pixels, double x, double y) {
    boolean isInTheShadowOf(Core other) {
      return other.pixels > pixels && Math.hypot(x - other.x, y - other.y) < CLOSE;
    }
  }

  ColourField(RgbImage image) {
    this.image = image;
    width = image.width();
    height = image.height();
    ground = majorityColour();
    for (Colour colour : Colour.values()) {
      directions.add(new Direction(colour));
    }
  }

  /**
   * More than half of every scene is background, so each channel's median over all pixels is near
   * it; the mean of the pixels around that is it.
   */
  private double[] majorityColour() {
    int[] medians = new int[3];
    for (int channel = 0; channel < 3; channel++) {
      int[] values = new int[width * height];
      for (int pixel = 0; pixel < values.length; pixel++) {
        values[pixel] = value(pixel, channel);
      }
      Arrays.sort(values);
      medians[channel] = values[values.length / 2];
    }
    double[] sums = new double[3];
    int members = 0;
    for (int pixel = 0; pixel < width * height; pixel++) {
      int red = value(pixel, 0) - medians[0];
      int green = value(pixel, 1) - medians[1];
      int blue = value(pixel, 2) - medians[2];
      if (red * red + green * green + blue * blue <= OFF_COLOUR * OFF_COLOUR) {
        members++;
        sums[0] += red;
        sums[1] += green;
        sums[2] += blue;
      }
    }
    double[] majority = new double[3];
    for (int channel = 0; channel < 3; channel++) {
      majority[channel] = medians[channel] + (members == 0 ? 0 : sums[channel] / members);
    }
    return majority;
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
    return cores.stream().filter(a -> cores.stream().noneMatch(a::isInTheShadowOf)).toList();
  }

  /** The ordinal of the colour that the pixel mainly has, or -1. */
  private int label(int pixel) {
    int nearest = -1;
    double least = OFF_COLOUR * OFF_COLOUR;
    for (Direction direction : directions) {
      double share = direction.share(pixel);
      double square = direction.squaredResidual(pixel, share);
      if (share >= MAIN_SHARE && square < least) {
        least = square;
        nearest = direction.colour().ordinal();
      }
    }
    return nearest;
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
      cores.add(new Core(Colour.values()[label], count, sumX / count, sumY / count));
    }
  }

  /**
   * The share of a colour at every pixel of the image, between background (0) and pure (1), that
   * explains the pixel's difference from the background; negative where it points away.
   */
  double[] shares(Colour colour) {
    Direction direction = directions.get(colour.ordinal());
    double[] shares = new double[width * height];
    for (int pixel = 0; pixel < shares.length; pixel++) {
      shares[pixel] = direction.share(pixel);
    }
    return shares;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The way from the background to a colour. */
  private final class Direction {
    private final Colour colour;
    private final double red;
    private final double green;
    private final double blue;
    private final double square;

    Direction(Colour colour) {
      this.colour = colour;
      red = colour.rgb().red() - ground[0];
      green = colour.rgb().green() - ground[1];
      blue = colour.rgb().blue() - ground[2];
      square = Math.max(1, red * red + green * green + blue * blue);
    }

    Colour colour() {
      return colour;
    }

    double share(int pixel) {
      double dot =
          red * (value(pixel, 0) - ground[0])
              + green * (value(pixel, 1) - ground[1])
              + blue * (value(pixel, 2) - ground[2]);
      return dot / square;
    }

    /** Squared RGB distance from the given share of the way, at most the whole of it. */
    double squaredResidual(int pixel, double share) {
      double gone = Math.min(1, share);
      double r = value(pixel, 0) - ground[0] - gone * red;
      double g = value(pixel, 1) - ground[1] - gone * green;
      double b = value(pixel, 2) - ground[2] - gone * blue;
      return r * r + g * g + b * b;
    }
  }
}
