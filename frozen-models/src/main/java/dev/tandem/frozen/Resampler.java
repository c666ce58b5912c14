package dev.tandem.frozen;

import dev.tandem.schemas.image.RgbImage;

/**
 * Resizes images with the antialiased triangle filter (the bilinear filter of Pillow and of
 * torchvision with antialiasing: its support grows with the reduction), in floating point and
 * without rounding between the two passes.
 */
final class Resampler {
  private static final int CHANNELS = 3;

  private Resampler() {}

  /**
   * The image at the given size, both sides scaled independently.
   *
   * @return values in 0..255 as {@code [height, width, 3]}
   */
  static float[] resize(RgbImage image, int width, int height) {
    float[] wide = new float[image.height() * width * CHANNELS];
    Taps columns = Taps.of(image.width(), width);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        float[] weights = columns.weights[x];
        for (int c = 0; c < CHANNELS; c++) {
          double sum = 0;
          for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * image.channel(columns.start[x] + i, y, c);
          }
          wide[(y * width + x) * CHANNELS + c] = (float) sum;
        }
      }
    }
    return resizeRows(wide, image.height(), width * CHANNELS, height);
  }

  private static float[] resizeRows(float[] pixels, int rows, int rowLength, int height) {
    float[] resized = new float[height * rowLength];
    Taps taps = Taps.of(rows, height);
    for (int y = 0; y < height; y++) {
      float[] weights = taps.weights[y];
      for (int x = 0; x < rowLength; x++) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
          sum += weights[i] * pixels[(taps.start[y] + i) * rowLength + x];
        }
        resized[y * rowLength + x] = (float) sum;
      }
    }
    return resized;
  }

  /** Per output place: the first input place and the weights of the inputs from there on. */
  private static final class Taps {
    private final int[] start;
    private final float[][] weights;

    private Taps(int size) {
      start = new int[size];
      weights = new float[size][];
    }

    static Taps of(int from, int to) {
      Taps taps = new Taps(to);
      double scale = (double) from / to;
      double support = Math.max(scale, 1);
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int first = Math.max((int) (center - support + 0.5), 0);
        int last = Math.min((int) (center + support + 0.5), from);
        taps.start[i] = first;
        taps.weights[i] = triangle(first, last, center, support);
      }
      return taps;
    }

    private static float[] triangle(int first, int last, double center, double support) {
      double[] raw = new double[last - first];
      double total = 0;
      for (int i = 0; i < raw.length; i++) {
        raw[i] = Math.max(0, 1 - Math.abs(first + i + 0.5 - center) / support);
        total += raw[i];
      }
      float[] weights = new float[raw.length];
      for (int i = 0; i < raw.length; i++) {
        weights[i] = (float) (raw[i] / total);
      }
      return weights;
    }
  }
}
