package dev.tandem.pairs;

import java.util.Arrays;

/** Products by a loop that the compiler turns into vector instructions. */
record JavaKernel() implements ProductKernel {
  /** Columns handled together: their sums and a few rows of the matrix stay in cache. */
  private static final int TILE = 256;

  @Override
  public Operand operand(float[] matrix, int dimension) {
    return new Transposed(matrix, dimension);
  }

  /** The matrix as {@code [D, N]}: neighbouring sums then need neighbouring values. */
  private static final class Transposed implements Operand {
    private final float[] columns;
    private final int count;
    private final int dimension;
    private float[] left = {};
    private int[] rows = {};

    Transposed(float[] matrix, int dimension) {
      this.count = matrix.length / dimension;
      this.dimension = dimension;
      this.columns = new float[matrix.length];
      for (int row = 0; row < count; row++) {
        for (int d = 0; d < dimension; d++) {
          columns[d * count + row] = matrix[row * dimension + d];
        }
      }
    }

    @Override
    public void take(float[] values, int[] places) {
      left = values;
      rows = places;
    }

    @Override
    public void multiply(int from, int width, float[] product) {
      float[] sums = new float[TILE];
      for (int start = 0; start < width; start += TILE) {
        int tile = Math.min(TILE, width - start);
        for (int row = 0; row < rows.length; row++) {
          Arrays.fill(sums, 0);
          for (int d = 0; d < dimension; d++) {
            addScaled(left[rows[row] * dimension + d], d * count + from + start, sums, tile);
          }
          System.arraycopy(sums, 0, product, row * width + start, tile);
        }
      }
    }

    private void addScaled(float factor, int offset, float[] sums, int tile) {
      for (int i = 0; i < tile; i++) {
        sums[i] += factor * columns[offset + i];
      }
    }

    @Override
    public void close() {}
  }
}
