package dev.tandem.pairs;

/**
 * The nearest centroid of each row of a block.
 *
 * @param clusters per row; ties go to the lower cluster
 * @param squaredDistances per row, to that centroid
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Assignment(int[] clusters, double[] squaredDistances) {

  /** Assigns by |x - c|^2 = |x|^2 - 2 (x.c - |c|^2 / 2). */
  static Assignment of(VectorBlock block, Centroids centroids) {
    int count = centroids.count();
    double[] products = BlockProduct.multiply(block, centroids.transposed(), count);
    double[] squares = centroids.squaredLengths();
    int[] clusters = new int[block.rows()];
    double[] distances = new double[block.rows()];
    for (int row = 0; row < block.rows(); row++) {
      int nearest = 0;
      for (int k = 1; k < count; k++) {
        if (products[row * count + k] - squares[k] / 2
            > products[row * count + nearest] - squares[nearest] / 2) {
          nearest = k;
        }
      }
      clusters[row] = nearest;
      double product = products[row * count + nearest];
      distances[row] = squaredLength(block, row) - 2 * product + squares[nearest];
    }
    return new Assignment(clusters, distances);
  }

  private static double squaredLength(VectorBlock block, int row) {
    double sum = 0;
    for (int d = 0; d < block.dimension(); d++) {
      double value = block.values()[row * block.dimension() + d];
      sum += value * value;
    }
    return sum;
  }
}
