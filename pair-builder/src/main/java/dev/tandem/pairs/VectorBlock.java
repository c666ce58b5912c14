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
 * @param squaredLengths of each row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record VectorBlock(int[] indexes, float[] values, int dimension, double[] squaredLengths)
    implements Serializable {

  VectorBlock(int[] indexes, float[] values, int dimension) {
    this(indexes, values, dimension, Vectors.squaredLengths(values, dimension));
  }

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
    double[] squaredLengths = new double[rows];
    int first = 0;
    for (VectorBlock block : blocks) {
      System.arraycopy(block.indexes, 0, indexes, first, block.rows());
      System.arraycopy(block.values, 0, values, first * dimension, block.values.length);
      System.arraycopy(block.squaredLengths, 0, squaredLengths, first, block.rows());
      first += block.rows();
    }
    return new VectorBlock(indexes, values, dimension, squaredLengths);
  }

  /** The given rows, ascending; the block itself if they are all. */
  VectorBlock rows(int[] some) {
    if (some.length == rows()) {
      return this;
    }
    int[] kept = new int[some.length];
    float[] copy = new float[some.length * dimension];
    double[] lengths = new double[some.length];
    for (int i = 0; i < some.length; i++) {
      kept[i] = indexes[some[i]];
      lengths[i] = squaredLengths[some[i]];
      System.arraycopy(values, some[i] * dimension, copy, i * dimension, dimension);
    }
    return new VectorBlock(kept, copy, dimension, lengths);
  }

  boolean anyOf(BitSet wanted) {
    return IntStream.of(indexes).anyMatch(wanted::get);
  }

  /** The block itself where most rows are wanted, else those that are. */
  VectorBlock narrowed(BitSet wanted) {
    long count = IntStream.of(indexes).filter(wanted::get).count();
    return 2 * count >= rows() ? this : select(wanted::get);
  }
}
