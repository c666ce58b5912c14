package dev.tandem.pairs;

import java.io.Serializable;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Some rows of a matrix of vectors.
 *
 * @param indexes the rows' places in the whole matrix
 * @param values {@code [N, D]}, one row per index
 * @param dimension D
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record VectorBlock(int[] indexes, float[] values, int dimension) implements Serializable {

  VectorBlock {
    if (values.length != (long) indexes.length * dimension) {
      throw new IllegalArgumentException(
          "Invalid block: %d values for %d rows of %d"
              .formatted(values.length, indexes.length, dimension));
    }
  }

  int rows() {
    return indexes.length;
  }

  float[] row(int row) {
    return java.util.Arrays.copyOfRange(values, row * dimension, (row + 1) * dimension);
  }

  /** The rows whose index is wanted, in the same order. */
  VectorBlock select(IntPredicate wanted) {
    int[] rows = IntStream.range(0, rows()).filter(row -> wanted.test(indexes[row])).toArray();
    int[] kept = new int[rows.length];
    float[] copy = new float[rows.length * dimension];
    for (int i = 0; i < rows.length; i++) {
      kept[i] = indexes[rows[i]];
      System.arraycopy(values, rows[i] * dimension, copy, i * dimension, dimension);
    }
    return new VectorBlock(kept, copy, dimension);
  }

  /** The values as {@code [D, N]}. */
  double[] transposed() {
    double[] columns = new double[values.length];
    for (int row = 0; row < rows(); row++) {
      for (int d = 0; d < dimension; d++) {
        columns[d * rows() + row] = values[row * dimension + d];
      }
    }
    return columns;
  }
}
