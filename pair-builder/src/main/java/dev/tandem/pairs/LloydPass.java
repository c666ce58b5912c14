package dev.tandem.pairs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pass of Lloyd's algorithm finds: the sums of the clusters and the rows' standings. */
final class LloydPass implements Serializable {
  private static final long serialVersionUID = 1;

  private final CentroidSums sums;
  private final List<int[]> indexes = new ArrayList<>();
  private final List<Standings> standings = new ArrayList<>();

  private LloydPass(Centroids centroids) {
    sums = new CentroidSums(centroids.count(), centroids.dimension());
  }

  static LloydPass over(Iterator<VectorBlock> blocks, Step step) {
    LloydPass pass = new LloydPass(step.centroids());
    try (Reassigner reassigner = new Reassigner(step, ProductKernel.best())) {
      while (blocks.hasNext()) {
        VectorBlock block = blocks.next();
        Standings found = reassigner.assign(block);
        pass.add(block, found.clusters(), step.before());
        pass.indexes.add(block.indexes());
        pass.standings.add(found);
      }
    }
    return pass;
  }

  LloydPass merge(LloydPass other) {
    sums.merge(other.sums);
    indexes.addAll(other.indexes);
    standings.addAll(other.standings);
    return this;
  }

  private void add(VectorBlock block, int[] clusters, @Nullable Standings before) {
    for (int row = 0; row < block.rows(); row++) {
      if (before == null) {
        sums.add(block, row, clusters[row]);
        continue;
      }
      int from = before.clusters()[block.indexes()[row]];
      if (from != clusters[row]) {
        sums.remove(block, row, from);
        sums.add(block, row, clusters[row]);
      }
    }
  }

  /** The sums of all rows after a first pass, else how they changed since the pass before. */
  CentroidSums sums() {
    return sums;
  }

  /** The standings of all rows, whose indexes run from 0 to {@code rows - 1}. */
  Standings standings(int rows) {
    Standings all = new Standings(new int[rows], new double[rows]);
    for (int block = 0; block < indexes.size(); block++) {
      Standings some = standings.get(block);
      int[] places = indexes.get(block);
      for (int row = 0; row < places.length; row++) {
        all.clusters()[places[row]] = some.clusters()[row];
        all.bounds()[places[row]] = some.bounds()[row];
      }
    }
    return all;
  }
}
