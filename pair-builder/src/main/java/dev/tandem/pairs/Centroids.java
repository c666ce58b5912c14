package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

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

  /** All clusters, ascending. */
  int[] clusters() {
    return IntStream.range(0, count()).toArray();
  }

  /** The centres of some clusters, ascending. */
  Centroids select(int[] clusters) {
    if (clusters.length == count()) {
      return this;
    }
    double[] some = new double[clusters.length * dimension];
    for (int k = 0; k < clusters.length; k++) {
      System.arraycopy(values, clusters[k] * dimension, some, k * dimension, dimension);
    }
    return new Centroids(some, dimension);
  }

  /** The clusters whose centres are not where they were. */
  int[] movedFrom(Centroids other) {
    return IntStream.range(0, count()).filter(k -> !sameCentre(other, k)).toArray();
  }

  private boolean sameCentre(Centroids other, int k) {
    int from = k * dimension;
    return Arrays.equals(values, from, from + dimension, other.values, from, from + dimension);
  }

  /** Squared lengths, {@code [K]}. */
  double[] squaredLengths() {
    double[] squares = new double[count()];
    for (int k = 0; k < squares.length; k++) {
      squares[k] = Vectors.dot(values, k * dimension, values, k * dimension, dimension);
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
