package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which edges count and how their similarity is computed: in double precision and rounded to 1e-6,
 * so that equal images tie and that last bits decide nothing.
 *
 * @param threshold smallest similarity of an edge (delta)
 * @param candidates at most so many edges per generation sample, the best ones; 0 for all
 */
record Retrieval(double threshold, int candidates) implements Serializable {
  private static final double RESOLUTION = 1e6;

  /** The most edges of one generation sample. */
  int limit() {
    return candidates == 0 ? Contenders.ALL : candidates;
  }

  /** The cosine of two rows of length one. */
  static double similarity(VectorBlock left, int row, VectorBlock right, int column) {
    int dimension = left.dimension();
    return round(
        Vectors.dot(left.values(), row * dimension, right.values(), column * dimension, dimension));
  }

  static double round(double cosine) {
    return Math.rint(Math.max(-1, Math.min(1, cosine)) * RESOLUTION) / RESOLUTION;
  }

  /** Contenders of some rows of a block. */
  Contenders contenders(VectorBlock generation, int[] rows) {
    double[] lengths = generation.squaredLengths();
    double[] errors = new double[rows.length];
    Arrays.setAll(
        errors,
        row ->
            ProductKernel.errorBound(generation.dimension(), Math.sqrt(lengths[rows[row]]))
                + 0.5 / RESOLUTION);
    double[] least = new double[rows.length];
    Arrays.fill(least, threshold);
    return new Contenders(errors, limit(), least);
  }
}
