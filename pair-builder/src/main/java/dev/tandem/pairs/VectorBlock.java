package dev.tandem.pairs;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
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

  /** The places of all rows, ascending. */
  int[] places() {
    return IntStream.range(0, rows()).toArray();
  }

  float[] row(int row) {
    return java.util.Arrays.copyOfRange(values, row * dimension, (row + 1) * dimension);
  }

  /** The places of the rows whose index is wanted, ascending. */
  int[] places(IntPredicate wanted) {
    return IntStream.range(0, rows()).filter(row -> wanted.test(indexes[row])).toArray();
  }

  /** The rows whose index is wanted, in the same order. */
  VectorBlock select(IntPredicate wanted) {
    return rows(places(wanted));
  }

  /** The rows of all blocks, of which there is at least one. */
  static VectorBlock joined(List<VectorBlock> blocks) {
    int rows = blocks.stream().mapToInt(VectorBlock::rows).sum();
    int dimension = blocks.get(0).dimension();
    int[] indexes = new int[rows];
    float[] values = new float[Math.multiplyExact(rows, dimension)];
    int first = 0;
    for (VectorBlock block : blocks) {
      System.arraycopy(block.indexes, 0, indexes, first, block.rows());
      System.arraycopy(block.values, 0, values, first * dimension, block.values.length);
      first += block.rows();
    }
    return new VectorBlock(indexes, values, dimension);
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
