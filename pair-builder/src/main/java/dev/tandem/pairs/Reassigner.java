package dev.tandem.pairs;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Assigns rows to centroids of which some moved, exactly as if all were compared: a row whose own
 * centre is still nearer than the bound of all others need only be compared with those that moved,
 * and where its own one did not move that comparison is all. The fewer centres move, the less a
 * pass costs. Make one per task and close it.
 */
final class Reassigner implements AutoCloseable {
  private final Step step;
  private final ProductKernel kernel;
  private final double[] squares;
  private final BitSet movedClusters = new BitSet();
  private final Assigner moved;
  private @Nullable Assigner all;

  Reassigner(Step step, ProductKernel kernel) {
    this.step = step;
    this.kernel = kernel;
    this.squares = step.centroids().squaredLengths();
    this.moved = new Assigner(step.centroids(), step.moved(), kernel);
    IntStream.of(step.moved()).forEach(movedClusters::set);
  }

  /** The new standings of the rows of a block, by their places in it. */
  Standings assign(VectorBlock block) {
    Standings result = new Standings(new int[block.rows()], new double[block.rows()]);
    Standings before = step.before();
    BitSet open = new BitSet(block.rows());
    if (before == null) {
      open.set(0, block.rows());
    } else {
      settle(block, before, open, result);
    }
    if (!open.isEmpty()) {
      compareWithAll(block, open, result);
    }
    return result;
  }

  /** Settles the rows that nothing but a centre that moved can win; leaves the others open. */
  private void settle(VectorBlock block, Standings before, BitSet open, Standings result) {
    double[] bounds = new double[block.rows()];
    for (int row = 0; row < block.rows(); row++) {
      int index = block.indexes()[row];
      int cluster = before.clusters()[index];
      bounds[row] = before.bounds()[index];
      open.set(row, movedClusters.get(cluster) && score(block, row, cluster) <= bounds[row]);
    }
    BitSet rest = new BitSet(block.rows());
    rest.set(0, block.rows());
    rest.andNot(open);
    int[] rows = rest.stream().toArray();
    // A score below the bound changes neither the cluster nor the bound.
    Contenders found = moved.nearest(block, rows, 2, at(bounds, rows));
    for (int i = 0; i < rows.length; i++) {
      int cluster = before.clusters()[block.indexes()[rows[i]]];
      if (found.size(i) == 0) {
        result.clusters()[rows[i]] = cluster;
        result.bounds()[rows[i]] = bounds[rows[i]];
        continue;
      }
      Duel duel = new Duel(cluster, score(block, rows[i], cluster), bounds[rows[i]]);
      for (int place = 0; place < found.size(i); place++) {
        duel.meet(found.id(i, place), found.score(i, place));
      }
      duel.record(rows[i], result);
    }
  }

  private void compareWithAll(VectorBlock block, BitSet open, Standings result) {
    Assigner assigner = all;
    if (assigner == null) {
      assigner = new Assigner(step.centroids(), kernel);
      all = assigner;
    }
    int[] rows = open.stream().toArray();
    Contenders found = assigner.nearest(block, rows, 2, Assigner.unbounded(rows.length));
    for (int i = 0; i < rows.length; i++) {
      Duel duel = new Duel(found.id(i, 0), found.score(i, 0), Double.NEGATIVE_INFINITY);
      if (found.size(i) > 1) {
        duel.meet(found.id(i, 1), found.score(i, 1));
      }
      duel.record(rows[i], result);
    }
  }

  /** The squared distance of each row to the centre of its cluster. */
  double[] squaredDistances(VectorBlock block, int[] clusters) {
    double[] distances = block.squaredLengths().clone();
    for (int row = 0; row < distances.length; row++) {
      distances[row] -= 2 * score(block, row, clusters[row]);
    }
    return distances;
  }

  private double score(VectorBlock block, int row, int cluster) {
    int dimension = block.dimension();
    double[] values = step.centroids().values();
    return Vectors.dot(block.values(), row * dimension, values, cluster * dimension, dimension)
        - squares[cluster] / 2;
  }

  private static double[] at(double[] values, int[] places) {
    double[] some = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      some[i] = values[places[i]];
    }
    return some;
  }

  /** The best cluster of a row so far, and a bound of all others. */
  private static final class Duel {
    private int cluster;
    private double score;
    private double bound;

    Duel(int cluster, double score, double bound) {
      this.cluster = cluster;
      this.score = score;
      this.bound = bound;
    }

    void meet(int other, double otherScore) {
      if (other == cluster) {
        return;
      }
      if (Contenders.precedes(otherScore, other, score, cluster)) {
        bound = Math.max(bound, score);
        cluster = other;
        score = otherScore;
      } else {
        bound = Math.max(bound, otherScore);
      }
    }

    void record(int row, Standings result) {
      result.clusters()[row] = cluster;
      result.bounds()[row] = bound;
    }
  }

  @Override
  public void close() {
    moved.close();
    if (all != null) {
      all.close();
    }
  }
}
