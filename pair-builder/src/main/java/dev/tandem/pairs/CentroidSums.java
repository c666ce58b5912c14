package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Sums of the members of each cluster, kept as integers in units of 2^-40: adding integers is
 * exact, so the sums are the same whatever the order and the partitions in which rows arrive. The
 * unit keeps every float of at least 2^-17 whole, and a coordinate's sum may reach 2^23: more than
 * eight million vectors of length one in a cluster. Beyond that the addition fails loudly.
 */
final class CentroidSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double UNIT = 0x1p-40;

  private final int dimension;
  private final long[] sums;
  private final long[] counts;
  private long squaredDistances;

  CentroidSums(int clusters, int dimension) {
    this.dimension = dimension;
    this.sums = new long[Math.multiplyExact(clusters, dimension)];
    this.counts = new long[clusters];
  }

  void add(VectorBlock block, Assignment assignment) {
    for (int row = 0; row < block.rows(); row++) {
      int cluster = assignment.clusters()[row];
      counts[cluster]++;
      squaredDistances = Math.addExact(squaredDistances, units(assignment.squaredDistances()[row]));
      for (int d = 0; d < dimension; d++) {
        int at = cluster * dimension + d;
        sums[at] = Math.addExact(sums[at], units(block.values()[row * dimension + d]));
      }
    }
  }

  /** Adds the other sums to these. */
  CentroidSums merge(CentroidSums other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = Math.addExact(sums[i], other.sums[i]);
    }
    for (int k = 0; k < counts.length; k++) {
      counts[k] += other.counts[k];
    }
    squaredDistances = Math.addExact(squaredDistances, other.squaredDistances);
    return this;
  }

  /** The means; a cluster without members keeps its centre. */
  Centroids means(Centroids previous) {
    double[] means = previous.values().clone();
    for (int i = 0; i < means.length; i++) {
      long count = counts[i / dimension];
      if (count > 0) {
        means[i] = sums[i] * UNIT / count;
      }
    }
    return new Centroids(means, dimension);
  }

  /** The mean over everything that these counts and sums have seen, for mini-batches. */
  Centroids movedBy(Centroids previous, long[] seen) {
    double[] means = previous.values().clone();
    for (int i = 0; i < means.length; i++) {
      int cluster = i / dimension;
      long total = seen[cluster] + counts[cluster];
      if (counts[cluster] > 0) {
        means[i] = (means[i] * seen[cluster] + sums[i] * UNIT) / total;
      }
    }
    return new Centroids(means, dimension);
  }

  long[] counts() {
    return counts.clone();
  }

  /** The sum over all rows of the squared distance to the assigned centre. */
  double inertia() {
    return squaredDistances * UNIT;
  }

  /** Whether the members' sums agree, as they do when no row changed its cluster. */
  boolean sameMembers(CentroidSums other) {
    return Arrays.equals(counts, other.counts) && Arrays.equals(sums, other.sums);
  }

  private static long units(double value) {
    return Math.round(value / UNIT);
  }
}
