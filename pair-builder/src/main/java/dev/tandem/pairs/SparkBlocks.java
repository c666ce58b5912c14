package dev.tandem.pairs;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows as blocks that the executors hold, once. The same rows at the same places become the same
 * blocks, however many partitions there are.
 */
record SparkBlocks(SparkSession session, JavaRDD<VectorBlock> cached, int partitions)
    implements RowBlocks, AutoCloseable {
  static final int BLOCK_ROWS = 1024;

  /**
   * Blocks sorted and cached at once: while rows are sorted there is no memory for the cache. Small
   * pieces are also spread more evenly over the tasks.
   */
  private static final int PIECE_BLOCKS = 2;

  /** Partial results that meet on the driver are about the cube root of the partitions. */
  private static final int MERGE_DEPTH = 3;

  /**
   * Cuts rows into blocks.
   *
   * @param placed rows, as little-endian floats, by their places; those below 0 are left out
   * @param indexesByPlace the index of the row in each place
   */
  static SparkBlocks of(
      SparkSession session,
      JavaPairRDD<Integer, byte[]> placed,
      int[] indexesByPlace,
      int partitions) {
    Broadcast<int[]> indexes =
        JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(indexesByPlace);
    int blockCount = (indexesByPlace.length + BLOCK_ROWS - 1) / BLOCK_ROWS;
    int pieces = Math.max(partitions, blockCount / PIECE_BLOCKS);
    JavaRDD<VectorBlock> blocks =
        placed
            .filter(row -> row._1() >= 0)
            .repartitionAndSortWithinPartitions(new BlockPartitioner(pieces, BLOCK_ROWS))
            .mapPartitions(rows -> new BlockBuilder(rows, indexes.value(), BLOCK_ROWS))
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new SparkBlocks(session, blocks, partitions);
  }

  JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** The blocks in as many partitions as there are tasks at a time. */
  JavaRDD<VectorBlock> blocks() {
    return cached.coalesce(partitions);
  }

  @Override
  public <S, T> T aggregate(S shared, Pass<S, T> pass, Merge<T> merge) {
    Broadcast<S> broadcast = spark().broadcast(shared);
    try {
      return blocks()
          .mapPartitions(rows -> List.of(pass.over(rows, broadcast.value())).iterator())
          .treeReduce(merge::of, MERGE_DEPTH);
    } finally {
      broadcast.destroy();
    }
  }

  @Override
  public void close() {
    cached.unpersist();
  }
}
