package dev.tandem.pairs;

import java.io.Serializable;
import java.util.BitSet;
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
    return rows(IntStream.range(0, rows()).filter(row -> wanted.test(indexes[row])).toArray());
  }

  /** The given rows, ascending; the block itself if they are all. */
  VectorBlock rows(int[] some) {
    if (some.length == rows()) {
      return this;
    }
    int[] kept = new int[some.length];
    float[] copy = new float[some.length * dimension];
    for (int i = 0; i < some.length; i++) {
      kept[i] = indexes[some[i]];
      System.arraycopy(values, some[i] * dimension, copy, i * dimension, dimension);
    }
    return new VectorBlock(kept, copy, dimension);
  }

  boolean anyOf(BitSet wanted) {
    return IntStream.of(indexes).anyMatch(wanted::get);
  }

  /** The block itself where most rows are wanted, else those that are. */
  VectorBlock narrowed(BitSet wanted) {
    long count = IntStream.of(indexes).filter(wanted::get).count();
    return 2 * count >= rows() ? this : select(wanted::get);
  }

  /** Of each row. */
  double[] squaredLengths() {
    return Vectors.squaredLengths(values, dimension);
  }
}
