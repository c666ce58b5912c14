package dev.tandem.pairs;

/** Mini-batch k-means: each batch moves a centre to the mean of all rows it has been given. */
final class MiniBatches {
  private final long[] seen;
  private final double[] means;
  private final int dimension;

  MiniBatches(Centroids initial) {
    dimension = initial.dimension();
    seen = new long[initial.count()];
    means = initial.values().clone();
  }

  /** Takes in a batch that was assigned to {@link #centroids}. */
  void take(CentroidSums batch) {
    for (int cluster = 0; cluster < seen.length; cluster++) {
      long total = seen[cluster] + batch.count(cluster);
      for (int d = 0; d < dimension && batch.count(cluster) > 0; d++) {
        int at = cluster * dimension + d;
        means[at] = (means[at] * seen[cluster] + batch.sum(cluster, d)) / total;
      }
      seen[cluster] = total;
    }
  }

  Centroids centroids() {
    return new Centroids(means.clone(), dimension);
  }
}
