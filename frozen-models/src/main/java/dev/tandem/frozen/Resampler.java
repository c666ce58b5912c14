package dev.tandem.frozen;

import dev.tandem.schemas.image.RgbImage;

/**
 * Resizes images with an antialiased filter (as Pillow, and torchvision with antialiasing: its
 * support grows with the reduction), in floating point and without rounding between the two passes.
 */
final class Resampler {
  private static final int CHANNELS = 3;

  private Resampler() {}

  /**
   * The image at the given size, both sides scaled independently.
   *
   * @return values in 0..255 as {@code [height, width, 3]}; {@code BICUBIC} may overshoot
   */
  static float[] resize(RgbImage image, int width, int height, Interpolation filter) {
    float[] wide = new float[image.height() * width * CHANNELS];
    Taps columns = Taps.of(image.width(), width, filter);
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
    return resizeRows(wide, width * CHANNELS, Taps.of(image.height(), height, filter));
  }

  private static float[] resizeRows(float[] pixels, int rowLength, Taps taps) {
    int height = taps.start.length;
    float[] resized = new float[height * rowLength];
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

    static Taps of(int from, int to, Interpolation filter) {
      Taps taps = new Taps(to);
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1);
      double support = stretch * filter.support();
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int first = Math.max((int) (center - support + 0.5), 0);
        int last = Math.min((int) (center + support + 0.5), from);
        taps.start[i] = first;
        taps.weights[i] = weights(first, last, center, stretch, filter);
      }
      return taps;
    }

    private static float[] weights(
        int first, int last, double center, double stretch, Interpolation filter) {
      double[] raw = new double[last - first];
      double total = 0;
      for (int i = 0; i < raw.length; i++) {
        raw[i] = filter.weight((first + i + 0.5 - center) / stretch);
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
