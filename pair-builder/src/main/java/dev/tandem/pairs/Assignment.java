package dev.tandem.pairs;

/**
 * The nearest centroids of each row of a block.
 *
 * @param clusters {@code [N, nearest]}, nearest first; ties go to the lower cluster
 * @param nearest how many per row
 * @param squaredDistances per row, to the nearest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Assignment(int[] clusters, int nearest, double[] squaredDistances) {

  /** The cluster that the row belongs to. */
  int cluster(int row) {
    return clusters[row * nearest];
  }
}
