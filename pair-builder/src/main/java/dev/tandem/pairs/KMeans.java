package dev.tandem.pairs;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * K-means from given centres (Euclidean; for vectors of length one the same as by cosine up to the
 * lengths of the centres). PairUni uses mini-batches; full passes are the default here, because
 * their result does not depend on the order of the rows.
 */
final class KMeans {
  private KMeans() {}

  /**
   * Centres after some passes.
   *
   * @param iterations passes after which the centres were moved
   * @param stable whether a further pass would move nothing
   */
  record Model(Centroids centroids, int iterations, boolean stable) {}

  /**
   * Lloyd's algorithm: assign every row to its nearest centre, move each centre to the mean of its
   * rows, until no row changes or the limit is reached. An empty cluster keeps its centre.
   *
   * @param pass adds up all rows under the given centres, for example {@link #over}
   */
  static Model lloyd(Function<Centroids, CentroidSums> pass, Centroids initial, int maxIterations) {
    Centroids centroids = initial;
    @Nullable CentroidSums previous = null;
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      CentroidSums sums = pass.apply(centroids);
      if (previous != null && sums.sameMembers(previous)) {
        return new Model(centroids, iteration, true);
      }
      centroids = sums.means(centroids);
      previous = sums;
    }
    return new Model(centroids, maxIterations, false);
  }

  /** Mini-batch k-means: each batch moves a centre to the mean of all rows it has been given. */
  static Centroids miniBatch(List<VectorBlock> batches, Centroids initial) {
    Centroids centroids = initial;
    long[] seen = new long[initial.count()];
    for (VectorBlock batch : batches) {
      CentroidSums sums = over(List.of(batch)).apply(centroids);
      centroids = sums.movedBy(centroids, seen);
      long[] counts = sums.counts();
      Arrays.setAll(seen, k -> seen[k] + counts[k]);
    }
    return centroids;
  }

  /** A pass over blocks in memory. */
  static Function<Centroids, CentroidSums> over(Iterable<VectorBlock> blocks) {
    return centroids -> {
      CentroidSums sums = new CentroidSums(centroids.count(), centroids.dimension());
      for (VectorBlock block : blocks) {
        sums.add(block, Assignment.of(block, centroids));
      }
      return sums;
    };
  }
}
