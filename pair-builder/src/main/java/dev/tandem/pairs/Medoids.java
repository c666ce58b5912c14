package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The clusters of rows, and per cluster the medoid: the member nearest to the centre; ties go to
 * the lower index. Among vectors of length one this is the member with the largest inner product
 * with the centre (PairUni, section 3.2), since |x - c|^2 = 1 + |c|^2 - 2 x.c.
 */
final class Medoids implements Serializable {
  private static final long serialVersionUID = 1;

  /** Stands for "no member" in {@link #indexes}. */
  static final int NONE = -1;

  /** Squared distances closer than this tie: the last bits of a sum must decide nothing. */
  private static final double RESOLUTION = 1e-9;

  private final int[] indexes;
  private final double[] distances; // in units of RESOLUTION
  private final Map<Integer, Integer> clusters = new HashMap<>();

  Medoids(int clusterCount) {
    indexes = new int[clusterCount];
    Arrays.fill(indexes, NONE);
    distances = new double[clusterCount];
  }

  static Medoids over(Iterable<VectorBlock> blocks, Centroids centroids) {
    Medoids medoids = new Medoids(centroids.count());
    for (VectorBlock block : blocks) {
      Assignment assignment = Assignment.of(block, centroids);
      for (int row = 0; row < block.rows(); row++) {
        int cluster = assignment.clusters()[row];
        medoids.clusters.put(block.indexes()[row], cluster);
        double distance = Math.rint(assignment.squaredDistances()[row] / RESOLUTION);
        medoids.offer(cluster, block.indexes()[row], distance);
      }
    }
    return medoids;
  }

  private void offer(int cluster, int index, double distance) {
    boolean better =
        indexes[cluster] == NONE
            || distance < distances[cluster]
            || (distance == distances[cluster] && index < indexes[cluster]);
    if (better) {
      indexes[cluster] = index;
      distances[cluster] = distance;
    }
  }

  /** Takes in the members of the other. */
  Medoids merge(Medoids other) {
    for (int k = 0; k < indexes.length; k++) {
      if (other.indexes[k] != NONE) {
        offer(k, other.indexes[k], other.distances[k]);
      }
    }
    clusters.putAll(other.clusters);
    return this;
  }

  /** Per cluster the index of its medoid, or {@link #NONE}. */
  int[] indexes() {
    return indexes.clone();
  }

  /** The cluster of a row. */
  int cluster(int index) {
    Integer cluster = clusters.get(index);
    if (cluster == null) {
      throw new IllegalArgumentException("No row with index " + index);
    }
    return cluster;
  }
}
