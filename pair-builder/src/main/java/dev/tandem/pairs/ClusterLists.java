package dev.tandem.pairs;

import java.util.List;
import java.util.stream.IntStream;

/** Rows of blocks by the cluster they belong to. */
final class ClusterLists {
  private final List<VectorBlock> blocks;
  private final int[] starts; // of each cluster's rows, and the end of the last
  private final int[] blockOf;
  private final int[] rowOf;

  ClusterLists(List<VectorBlock> blocks, NearestCentroids nearest) {
    this.blocks = blocks;
    int[] clusters =
        blocks.stream()
            .flatMapToInt(block -> IntStream.of(block.indexes()).map(nearest::cluster))
            .toArray();
    starts = new int[IntStream.of(clusters).max().orElse(-1) + 2];
    for (int cluster : clusters) {
      starts[cluster + 1]++;
    }
    for (int k = 1; k < starts.length; k++) {
      starts[k] += starts[k - 1];
    }
    blockOf = new int[clusters.length];
    rowOf = new int[clusters.length];
    int[] next = starts.clone();
    int number = 0;
    for (int block = 0; block < blocks.size(); block++) {
      for (int row = 0; row < blocks.get(block).rows(); row++) {
        int at = next[clusters[number++]]++;
        blockOf[at] = block;
        rowOf[at] = row;
      }
    }
  }

  /** Offers the rows of a cluster to a row of another block. */
  void offer(VectorBlock block, int row, int cluster, Contenders contenders) {
    if (cluster + 1 >= starts.length) {
      return;
    }
    for (int i = starts[cluster]; i < starts[cluster + 1]; i++) {
      VectorBlock other = blocks.get(blockOf[i]);
      double similarity = Retrieval.similarity(block, row, other, rowOf[i]);
      contenders.offer(row, similarity, other.indexes()[rowOf[i]]);
    }
  }
}
