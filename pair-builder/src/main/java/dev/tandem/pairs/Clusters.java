package dev.tandem.pairs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What the last pass over rows finds, in one go: the nearest centroids of each row, and per cluster
 * the medoid: the member nearest to the centre; ties go to the lower index. Among vectors of length
 * one this is the member with the largest inner product with the centre (PairUni, section 3.2),
 * since |x - c|^2 = 1 + |c|^2 - 2 x.c.
 */
final class Clusters implements Serializable {
  private static final long serialVersionUID = 1;

  /** Stands for "no member" in {@link #medoids}. */
  static final int NONE = -1;

  /** Squared distances closer than this tie: the last bits of a sum must decide nothing. */
  private static final double RESOLUTION = 1e-9;

  private final int probes;
  private final int[] medoids;
  private final double[] distances; // in units of RESOLUTION
  private final List<int[]> indexes = new ArrayList<>();
  private final List<int[]> nearest = new ArrayList<>();

  private Clusters(int clusterCount, int probes) {
    this.probes = Math.min(probes, clusterCount);
    medoids = new int[clusterCount];
    Arrays.fill(medoids, NONE);
    distances = new double[clusterCount];
  }

  /** Assigns the rows of the blocks, each to its {@code probes} nearest centroids. */
  static Clusters over(Iterator<VectorBlock> blocks, Step step, int probes) {
    Clusters clusters = new Clusters(step.centroids().count(), probes);
    return probes == 1 ? clusters.nearest(blocks, step) : clusters.all(blocks, step.centroids());
  }

  private Clusters nearest(Iterator<VectorBlock> blocks, Step step) {
    try (Reassigner reassigner = new Reassigner(step, ProductKernel.best())) {
      while (blocks.hasNext()) {
        VectorBlock block = blocks.next();
        int[] assigned = reassigner.assign(block).clusters();
        double[] distances = reassigner.squaredDistances(block, assigned);
        add(block.indexes(), new Assignment(assigned, 1, distances));
      }
    }
    return this;
  }

  private Clusters all(Iterator<VectorBlock> blocks, Centroids centroids) {
    try (Assigner assigner = new Assigner(centroids, ProductKernel.best())) {
      while (blocks.hasNext()) {
        VectorBlock block = blocks.next();
        add(block.indexes(), assigner.assign(block, probes));
      }
    }
    return this;
  }

  private void add(int[] rows, Assignment assignment) {
    indexes.add(rows);
    nearest.add(assignment.clusters());
    for (int row = 0; row < rows.length; row++) {
      double distance = Math.rint(assignment.squaredDistances()[row] / RESOLUTION);
      offer(assignment.cluster(row), rows[row], distance);
    }
  }

  private void offer(int cluster, int index, double distance) {
    boolean better =
        medoids[cluster] == NONE
            || distance < distances[cluster]
            || (distance == distances[cluster] && index < medoids[cluster]);
    if (better) {
      medoids[cluster] = index;
      distances[cluster] = distance;
    }
  }

  /** Takes in the members of the other. */
  Clusters merge(Clusters other) {
    for (int k = 0; k < medoids.length; k++) {
      if (other.medoids[k] != NONE) {
        offer(k, other.medoids[k], other.distances[k]);
      }
    }
    indexes.addAll(other.indexes);
    nearest.addAll(other.nearest);
    return this;
  }

  /** Per cluster the index of its medoid, or {@link #NONE}. */
  int[] medoids() {
    return medoids.clone();
  }

  /** The nearest centroids by index, for indexes 0 to {@code rows - 1}. */
  NearestCentroids nearest(int rows) {
    int[] table = new int[Math.multiplyExact(rows, probes)];
    for (int block = 0; block < indexes.size(); block++) {
      int[] blockIndexes = indexes.get(block);
      for (int row = 0; row < blockIndexes.length; row++) {
        System.arraycopy(
            nearest.get(block), row * probes, table, blockIndexes[row] * probes, probes);
      }
    }
    return new NearestCentroids(table, probes);
  }
}
