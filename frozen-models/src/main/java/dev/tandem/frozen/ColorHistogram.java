package dev.tandem.frozen;

/** Which colours an image has: a soft histogram over a cube of RGB bins. */
final class ColorHistogram {
  private static final int BINS = 4;
  private static final int CHANNELS = 3;

  static final int SIZE = BINS * BINS * BINS;

  private ColorHistogram() {}

  /** Square roots of the shares of the bins, less their mean. */
  static float[] of(float[] pixels) {
    double[] shares = new double[SIZE];
    double share = (double) CHANNELS / pixels.length;
    for (int at = 0; at < pixels.length; at += CHANNELS) {
      spread(pixels, at, share, shares);
    }
    return Centred.squareRoots(shares);
  }

  /** Divides one pixel among the two nearest bins of each channel (trilinear). */
  private static void spread(float[] pixels, int at, double share, double[] shares) {
    for (int corner = 0; corner < 1 << CHANNELS; corner++) {
      double weight = share;
      int bin = 0;
      for (int c = 0; c < CHANNELS; c++) {
        double place = Math.min(Math.max(pixels[at + c] / 255.0, 0), 1) * (BINS - 1);
        int low = Math.min((int) place, BINS - 2);
        int upper = corner >> c & 1;
        weight *= upper == 1 ? place - low : 1 - (place - low);
        bin = bin * BINS + low + upper;
      }
      shares[bin] += weight;
    }
  }
}
