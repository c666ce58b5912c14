package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Sums of the members of each cluster, kept as integers in units of 2^-40: adding integers is
 * exact, so the sums are the same whatever the order and the partitions in which rows arrive. The
 * unit keeps every float of at least 2^-17 whole, and a coordinate's sum may reach 2^23: more than
 * eight million vectors of length one in a cluster. Beyond that the addition fails loudly.
 */
final class CentroidSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double UNIT = 0x1p-40;

  /** How far apart the two halves of a cluster start, relative to their values. */
  private static final double SPLIT = 0x1p-10;

  private final int dimension;
  private final long[] sums;
  private final long[] counts;

  CentroidSums(int clusters, int dimension) {
    this.dimension = dimension;
    this.sums = new long[Math.multiplyExact(clusters, dimension)];
    this.counts = new long[clusters];
  }

  void add(VectorBlock block, Assignment assignment) {
    for (int row = 0; row < block.rows(); row++) {
      int cluster = assignment.cluster(row);
      counts[cluster]++;
      for (int d = 0; d < dimension; d++) {
        int at = cluster * dimension + d;
        sums[at] = plus(sums[at], units(block.values()[row * dimension + d]));
      }
    }
  }

  /** Adds the other sums to these. */
  CentroidSums merge(CentroidSums other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = plus(sums[i], other.sums[i]);
    }
    for (int k = 0; k < counts.length; k++) {
      counts[k] += other.counts[k];
    }
    return this;
  }

  /** The means; a cluster without members keeps its centre. */
  Centroids means(Centroids previous) {
    double[] means = previous.values().clone();
    for (int i = 0; i < means.length; i++) {
      long count = counts[i / dimension];
      if (count > 0) {
        means[i] = sum(i) / count;
      }
    }
    return new Centroids(means, dimension);
  }

  /**
   * Gives every empty cluster half of the largest one: the two centres stand a little to either
   * side of the mean, as in FAISS. Ties go to the lower cluster.
   */
  Centroids reseeded(Centroids means) {
    double[] values = means.values().clone();
    long[] shares = counts.clone();
    PriorityQueue<Integer> largest =
        new PriorityQueue<>(
            Comparator.comparingLong((Integer k) -> -shares[k]).thenComparingInt(k -> k));
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] > 1) {
        largest.add(k);
      }
    }
    for (int k = 0; k < shares.length && !largest.isEmpty(); k++) {
      if (counts[k] == 0) {
        int split = largest.remove();
        halve(values, split, k);
        shares[k] = shares[split] / 2;
        shares[split] -= shares[k];
        for (int half : new int[] {split, k}) {
          if (shares[half] > 1) {
            largest.add(half);
          }
        }
      }
    }
    return new Centroids(values, dimension);
  }

  private void halve(double[] values, int split, int empty) {
    for (int d = 0; d < dimension; d++) {
      double step = values[split * dimension + d] * (d % 2 == 0 ? SPLIT : -SPLIT);
      values[empty * dimension + d] = values[split * dimension + d] - step;
      values[split * dimension + d] += step;
    }
  }

  /** Members of a cluster. */
  long count(int cluster) {
    return counts[cluster];
  }

  /** One value of {@code [K, D]}. */
  double sum(int at) {
    return sums[at] * UNIT;
  }

  /** Whether the members' sums agree, as they do when no row changed its cluster. */
  boolean sameMembers(CentroidSums other) {
    return Arrays.equals(counts, other.counts) && Arrays.equals(sums, other.sums);
  }

  private static long plus(long sum, long value) {
    long total = sum + value;
    if (((sum ^ total) & (value ^ total)) < 0) {
      throw new ArithmeticException(
          "Cannot cluster: the vectors of a cluster add up to 2^23 or more in a coordinate"
              + " (scale them to length one)");
    }
    return total;
  }

  private static long units(double value) {
    return (long) Math.rint(value / UNIT);
  }
}
