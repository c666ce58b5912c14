package dev.tandem.frozen;

/** Which colour is where: means of luma and chroma over ever finer grids. */
final class ColorLayout {
  private static final int[] GRIDS = {1, 2, 4, 8};
  private static final int CHANNELS = 3;

  /** Chroma differences of natural images are about this much smaller than those of luma. */
  private static final double CHROMA_GAIN = 2;

  static final int SIZE = CHANNELS * (1 + 4 + 16 + 64);

  private ColorLayout() {}

  /** Means per cell, centred on mid grey, each grid divided by its side so that all weigh alike. */
  static float[] of(float[] pixels) {
    float[] layout = new float[SIZE];
    int offset = 0;
    for (int grid : GRIDS) {
      int cell = ColorLayoutEncoder.SIDE / grid;
      for (int row = 0; row < grid; row++) {
        for (int column = 0; column < grid; column++) {
          writeMean(pixels, row * cell, column * cell, cell, layout, offset);
          for (int c = 0; c < CHANNELS; c++) {
            layout[offset + c] /= grid;
          }
          offset += CHANNELS;
        }
      }
    }
    return layout;
  }

  private static void writeMean(
      float[] pixels, int top, int left, int cell, float[] layout, int offset) {
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int y = top; y < top + cell; y++) {
      for (int x = left; x < left + cell; x++) {
        int at = (y * ColorLayoutEncoder.SIDE + x) * CHANNELS;
        red += pixels[at];
        green += pixels[at + 1];
        blue += pixels[at + 2];
      }
    }
    double scale = 1.0 / (255.0 * cell * cell);
    double luma = scale * (0.299 * red + 0.587 * green + 0.114 * blue);
    layout[offset] = (float) (luma - 0.5);
    layout[offset + 1] = (float) (CHROMA_GAIN * 0.564 * (scale * blue - luma));
    layout[offset + 2] = (float) (CHROMA_GAIN * 0.713 * (scale * red - luma));
  }
}
