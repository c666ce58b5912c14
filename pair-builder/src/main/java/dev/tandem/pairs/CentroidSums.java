package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Sums of the members of each cluster, kept as integers in units of 2^-40: adding integers is
 * exact, so the sums are the same whatever the order and the partitions in which rows arrive. The
 * unit keeps every float of at least 2^-17 whole, and a coordinate's sum may reach 2^23: more than
 * eight million vectors of length one in a cluster. Beyond that the addition fails loudly.
 */
final class CentroidSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long[] NOTHING = {};
  private static final double UNITS = 0x1p40;
  private static final double UNIT = 0x1p-40;

  /** How far apart the two halves of a cluster start, relative to their values. */
  private static final double SPLIT = 0x1p-10;

  private final int dimension;
  private final long[][] sums; // of a cluster without rows: empty, and shared
  private final long[] counts;

  CentroidSums(int clusters, int dimension) {
    this.dimension = dimension;
    this.sums = new long[clusters][];
    this.counts = new long[clusters];
    Arrays.fill(sums, NOTHING);
  }

  /** Adds all rows of a block. */
  void add(VectorBlock block, Assignment assignment) {
    for (int row = 0; row < block.rows(); row++) {
      add(block, row, assignment.cluster(row));
    }
  }

  /** Adds a row to a cluster. */
  void add(VectorBlock block, int row, int cluster) {
    long[] sum = sumOf(cluster);
    counts[cluster]++;
    int offset = row * dimension;
    for (int d = 0; d < dimension; d++) {
      sum[d] = plus(sum[d], units(block.values()[offset + d]));
    }
  }

  /** Takes a row that may have been added elsewhere away from a cluster. */
  void remove(VectorBlock block, int row, int cluster) {
    long[] sum = sumOf(cluster);
    counts[cluster]--;
    int offset = row * dimension;
    for (int d = 0; d < dimension; d++) {
      sum[d] = plus(sum[d], -units(block.values()[offset + d]));
    }
  }

  private long[] sumOf(int cluster) {
    if (sums[cluster].length == 0) {
      sums[cluster] = new long[dimension];
    }
    return sums[cluster];
  }

  /** Adds the other sums to these, and may go on with its arrays as its own. */
  CentroidSums merge(CentroidSums other) {
    for (int k = 0; k < sums.length; k++) {
      counts[k] += other.counts[k];
      if (sums[k].length == 0) {
        sums[k] = other.sums[k];
      } else {
        for (int d = 0; d < other.sums[k].length; d++) {
          sums[k][d] = plus(sums[k][d], other.sums[k][d]);
        }
      }
    }
    return this;
  }

  /** These sums with those of rows that came and went; both stay as they are. */
  CentroidSums plus(CentroidSums change) {
    CentroidSums changed = new CentroidSums(sums.length, dimension);
    for (int k = 0; k < sums.length; k++) {
      changed.counts[k] = counts[k];
      changed.sums[k] = change.sums[k].length == 0 ? sums[k] : sums[k].clone();
    }
    return changed.merge(change);
  }

  /** The means; a cluster without members keeps its centre. */
  Centroids means(Centroids previous) {
    double[] means = previous.values().clone();
    for (int k = 0; k < counts.length; k++) {
      for (int d = 0; d < dimension && counts[k] > 0; d++) {
        means[k * dimension + d] = sums[k][d] * UNIT / counts[k];
      }
    }
    return new Centroids(means, dimension);
  }

  /**
   * Gives every empty cluster half of the largest one: the two centres stand a little to either
   * side of the mean, as in FAISS. Ties go to the lower cluster.
   */
  Centroids reseeded(Centroids means) {
    if (Arrays.stream(counts).allMatch(count -> count > 0)) {
      return means;
    }
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
    int splits = 0;
    for (int k = 0; k < shares.length && !largest.isEmpty(); k++) {
      if (counts[k] == 0) {
        int split = largest.remove();
        halve(values, split, k, ++splits);
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

  /** Every split has signs of its own, so that quarters of a cluster do not coincide again. */
  private void halve(double[] values, int split, int empty, int number) {
    for (int d = 0; d < dimension; d++) {
      boolean even = Integer.bitCount(d & number) % 2 == 0;
      double step = values[split * dimension + d] * (even ? SPLIT : -SPLIT);
      values[empty * dimension + d] = values[split * dimension + d] - step;
      values[split * dimension + d] += step;
    }
  }

  /** Members of a cluster. */
  long count(int cluster) {
    return counts[cluster];
  }

  /** One coordinate of a cluster's sum. */
  double sum(int cluster, int coordinate) {
    return sums[cluster].length == 0 ? 0 : sums[cluster][coordinate] * UNIT;
  }

  /** Whether the members' sums agree, as they do when no row changed its cluster. */
  boolean sameMembers(CentroidSums other) {
    return Arrays.equals(counts, other.counts)
        && IntStream.range(0, counts.length)
            .allMatch(k -> counts[k] == 0 || Arrays.equals(sums[k], other.sums[k]));
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
    return (long) Math.rint(value * UNITS);
  }
}
