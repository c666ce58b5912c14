package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.Scene;
import java.util.Arrays;

/**
 * The estimated background of an image: the channelwise median of the pixels where scenes have no
 * objects (the outermost frame and the cross between the quadrants), and how far those pixels
 * stray.
 *
 * @param red mean red in 0..255
 * @param green mean green in 0..255
 * @param blue mean blue in 0..255
 * @param noise standard deviation of a channel's noise, from the median distance
 */
record Background(int red, int green, int blue, double noise) {
  /** Median length of a vector of three standard normal numbers. */
  private static final double MEDIAN_LENGTH = 1.538;

  private static final int[] FREE_PIXELS = freePixels();

  static Background estimate(RgbImage image) {
    int[][] channels = new int[3][FREE_PIXELS.length];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < FREE_PIXELS.length; i++) {
        channels[channel][i] = image.rgb()[FREE_PIXELS[i] * 3 + channel] & 0xFF;
      }
    }
    int[] medians = new int[3];
    for (int channel = 0; channel < 3; channel++) {
      medians[channel] = median(channels[channel].clone());
    }
    int[] squares = new int[FREE_PIXELS.length];
    for (int i = 0; i < squares.length; i++) {
      for (int channel = 0; channel < 3; channel++) {
        int offset = channels[channel][i] - medians[channel];
        squares[i] += offset * offset;
      }
    }
    double noise = Math.sqrt(median(squares)) / MEDIAN_LENGTH;
    return new Background(medians[0], medians[1], medians[2], noise);
  }

  private static int median(int[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static int[] freePixels() {
    int size = Scene.SIZE;
    int middle = size / 2;
    int[] pixels = new int[size * size];
    int count = 0;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        boolean frame = x == 0 || y == 0 || x == size - 1 || y == size - 1;
        boolean cross = x == middle - 1 || x == middle || y == middle - 1 || y == middle;
        if (frame || cross) {
          pixels[count++] = y * size + x;
        }
      }
    }
    return Arrays.copyOf(pixels, count);
  }

  /** Squared RGB distance of a pixel from the background. */
  int squaredDistance(byte[] rgb, int pixel) {
    int r = (rgb[pixel * 3] & 0xFF) - red;
    int g = (rgb[pixel * 3 + 1] & 0xFF) - green;
    int b = (rgb[pixel * 3 + 2] & 0xFF) - blue;
    return r * r + g * g + b * b;
  }
}
