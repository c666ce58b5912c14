package dev.tandem.pairs;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Makes blocks of rows that arrive in the order of their places: the places from a multiple of the
 * block's size to the next become one block, so blocks are the same however rows were spread.
 */
final class BlockBuilder implements Iterator<VectorBlock> {
  private final Iterator<Tuple2<Integer, byte[]>> rows;
  private final int[] indexesByPlace;
  private final int blockRows;
  private @Nullable Tuple2<Integer, byte[]> next;

  /**
   * @param rows places and vectors
   * @param indexesByPlace the index of the row in each place
   */
  BlockBuilder(Iterator<Tuple2<Integer, byte[]>> rows, int[] indexesByPlace, int blockRows) {
    this.rows = rows;
    this.indexesByPlace = indexesByPlace;
    this.blockRows = blockRows;
    advance();
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public VectorBlock next() {
    Tuple2<Integer, byte[]> row = next;
    if (row == null) {
      throw new NoSuchElementException();
    }
    int block = row._1() / blockRows;
    int dimension = row._2().length / Float.BYTES;
    int[] indexes = new int[blockRows];
    float[] values = new float[blockRows * dimension];
    int count = 0;
    while (row != null && row._1() / blockRows == block) {
      indexes[count] = indexesByPlace[row._1()];
      Vectors.asFloats(row._2()).get(values, count * dimension, dimension);
      count++;
      advance();
      row = next;
    }
    return count == blockRows
        ? new VectorBlock(indexes, values, dimension)
        : new VectorBlock(
            Arrays.copyOf(indexes, count), Arrays.copyOf(values, count * dimension), dimension);
  }
}
