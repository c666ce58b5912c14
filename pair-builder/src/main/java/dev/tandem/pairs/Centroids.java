package dev.tandem.pairs;

import java.io.Serializable;

/**
 * The centres of K clusters.
 *
 * @param values {@code [K, D]}
 * @param dimension D
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Centroids(double[] values, int dimension) implements Serializable {

  static Centroids of(double[][] rows) {
    double[] values = new double[rows.length * rows[0].length];
    for (int k = 0; k < rows.length; k++) {
      System.arraycopy(rows[k], 0, values, k * rows[k].length, rows[k].length);
    }
    return new Centroids(values, rows[0].length);
  }

  int count() {
    return values.length / dimension;
  }

  /** The values as {@code [D, K]}. */
  double[] transposed() {
    double[] columns = new double[values.length];
    for (int k = 0; k < count(); k++) {
      for (int d = 0; d < dimension; d++) {
        columns[d * count() + k] = values[k * dimension + d];
      }
    }
    return columns;
  }

  /** Squared lengths, {@code [K]}. */
  double[] squaredLengths() {
    double[] squares = new double[count()];
    for (int i = 0; i < values.length; i++) {
      squares[i / dimension] += values[i] * values[i];
    }
    return squares;
  }
}
