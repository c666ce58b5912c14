package dev.tandem.pairs;

/**
 * The inner products of all rows of one block with all columns of another. Every product is summed
 * over the dimensions in ascending order and in double precision, so its bits depend on the two
 * vectors only, never on the blocks they came in.
 */
final class BlockProduct {
  /** Columns handled together: their accumulators and a few rows of the columns stay in cache. */
  private static final int TILE = 256;

  private BlockProduct() {}

  /**
   * Multiplies {@code [N, D]} by {@code [D, columns]}.
   *
   * @return {@code [N, columns]}
   */
  static double[] multiply(VectorBlock block, double[] transposed, int columns) {
    double[] product = new double[Math.multiplyExact(block.rows(), columns)];
    double[] sums = new double[TILE];
    for (int start = 0; start < columns; start += TILE) {
      int width = Math.min(TILE, columns - start);
      for (int row = 0; row < block.rows(); row++) {
        java.util.Arrays.fill(sums, 0);
        for (int d = 0; d < block.dimension(); d++) {
          addScaled(
              block.values()[row * block.dimension() + d],
              transposed,
              d * columns + start,
              sums,
              width);
        }
        System.arraycopy(sums, 0, product, row * columns + start, width);
      }
    }
    return product;
  }

  /** The loop over independent sums, which the compiler turns into vector instructions. */
  private static void addScaled(
      double factor, double[] values, int offset, double[] sums, int width) {
    for (int i = 0; i < width; i++) {
      sums[i] += factor * values[offset + i];
    }
  }
}
