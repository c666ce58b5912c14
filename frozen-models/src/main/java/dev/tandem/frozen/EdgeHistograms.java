package dev.tandem.frozen;

/** Outlines: histograms of gradient orientation over coarse and fine cells. */
final class EdgeHistograms {
  private static final int[] GRIDS = {4, 8};
  private static final int ORIENTATIONS = 9;
  private static final int SIDE = ColorLayoutEncoder.SIDE;

  /** Added to a cell's squared length, so that noise in flat cells stays small. */
  private static final double FLAT = 0.01;

  static final int SIZE = ORIENTATIONS * (16 + 64);

  private EdgeHistograms() {}

  /** Square roots of the cells' histograms, less their mean. */
  static float[] of(float[] pixels) {
    float[] luma = luma(pixels);
    double[] histograms = new double[SIZE];
    int offset = 0;
    for (int grid : GRIDS) {
      vote(luma, grid, histograms, offset);
      normalizeCells(histograms, offset, grid);
      offset += grid * grid * ORIENTATIONS;
    }
    return Centred.squareRoots(histograms);
  }

  private static float[] luma(float[] pixels) {
    float[] luma = new float[SIDE * SIDE];
    for (int i = 0; i < luma.length; i++) {
      luma[i] =
          (float)
              ((0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2])
                  / 255);
    }
    return luma;
  }

  private static void vote(float[] luma, int grid, double[] histograms, int offset) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double dx = at(luma, x + 1, y) - at(luma, x - 1, y);
        double dy = at(luma, x, y + 1) - at(luma, x, y - 1);
        double strength = Math.sqrt(dx * dx + dy * dy);
        double turn = StrictMath.atan2(dy, dx) / Math.PI;
        double place = (turn < 0 ? turn + 1 : turn) * ORIENTATIONS;
        double lower = Math.floor(place);
        int bin = (int) lower % ORIENTATIONS;
        int cell = y * grid / SIDE * grid + x * grid / SIDE;
        int base = offset + cell * ORIENTATIONS;
        histograms[base + bin] += strength * (1 - (place - lower));
        histograms[base + (bin + 1) % ORIENTATIONS] += strength * (place - lower);
      }
    }
  }

  private static double at(float[] luma, int x, int y) {
    int column = Math.min(Math.max(x, 0), SIDE - 1);
    int row = Math.min(Math.max(y, 0), SIDE - 1);
    return luma[row * SIDE + column];
  }

  /** Scales each cell to length one over its grid's side, so that both grids weigh alike. */
  private static void normalizeCells(double[] histograms, int offset, int grid) {
    for (int cell = 0; cell < grid * grid; cell++) {
      int base = offset + cell * ORIENTATIONS;
      double squares = FLAT;
      for (int i = 0; i < ORIENTATIONS; i++) {
        squares += histograms[base + i] * histograms[base + i];
      }
      double scale = 1 / (Math.sqrt(squares) * grid);
      for (int i = 0; i < ORIENTATIONS; i++) {
        histograms[base + i] *= scale;
      }
    }
  }
}
