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

  int count() {
    return values.length / dimension;
  }

  /** Squared lengths, {@code [K]}. */
  double[] squaredLengths() {
    double[] squares = new double[count()];
    for (int i = 0; i < values.length; i++) {
      squares[i / dimension] += values[i] * values[i];
    }
    return squares;
  }

  /** The values as the kernels of products take them. */
  float[] floats() {
    return Vectors.toFloats(values);
  }

  /** The largest distance between two centres of the same cluster. */
  double farthestFrom(Centroids other) {
    double largest = 0;
    for (int k = 0; k < count(); k++) {
      double square = 0;
      for (int d = k * dimension; d < (k + 1) * dimension; d++) {
        double difference = values[d] - other.values[d];
        square += difference * difference;
      }
      largest = Math.max(largest, square);
    }
    return Math.sqrt(largest);
  }

  /** The same directions with length one; a centre of zero stays. */
  Centroids normalized() {
    double[] squares = squaredLengths();
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      double square = squares[i / dimension];
      if (square > 0) {
        scaled[i] /= Math.sqrt(square);
      }
    }
    return new Centroids(scaled, dimension);
  }
}
