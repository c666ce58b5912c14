package dev.tandem.frozen;

/** Histograms made comparable by cosine. */
final class Centred {
  private Centred() {}

  /**
   * Square roots (Hellinger's map, which tempers large bins) less their mean: without the centring,
   * histograms, which have no negative values, would all look alike to a cosine.
   */
  static float[] squareRoots(double[] histogram) {
    double mean = 0;
    for (double value : histogram) {
      mean += Math.sqrt(value);
    }
    mean /= histogram.length;
    float[] centred = new float[histogram.length];
    for (int i = 0; i < histogram.length; i++) {
      centred[i] = (float) (Math.sqrt(histogram[i]) - mean);
    }
    return centred;
  }
}
