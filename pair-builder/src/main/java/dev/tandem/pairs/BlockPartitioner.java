package dev.tandem.pairs;

import org.apache.spark.Partitioner;

/** Sends a block's rows, known by their places, to the same partition. */
final class BlockPartitioner extends Partitioner {
  private static final long serialVersionUID = 1;

  private final int partitions;
  private final int blockRows;

  BlockPartitioner(int partitions, int blockRows) {
    this.partitions = partitions;
    this.blockRows = blockRows;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object place) {
    return (Integer) place / blockRows % partitions;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockPartitioner that
        && that.partitions == partitions
        && that.blockRows == blockRows;
  }

  @Override
  public int hashCode() {
    return 31 * partitions + blockRows;
  }
}
