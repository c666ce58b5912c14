package dev.tandem.learner.batch;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Rows that the driver fetches from executors, some partitions by each job: all at once would fill
 * its memory, and one by one it would mostly wait for the start of the next job.
 */
final class ArrivingRows implements Iterator<byte[]> {
  private final JavaRDD<byte[]> rows;
  private final int partitionsOfJob;
  private int next;
  private Iterator<byte[]> arrived = Collections.emptyIterator();

  ArrivingRows(JavaRDD<byte[]> rows, int partitionsOfJob) {
    this.rows = rows;
    this.partitionsOfJob = partitionsOfJob;
  }

  @Override
  public boolean hasNext() {
    while (!arrived.hasNext() && next < rows.getNumPartitions()) {
      int end = Math.min(next + partitionsOfJob, rows.getNumPartitions());
      List<byte[]>[] lists = rows.collectPartitions(IntStream.range(next, end).toArray());
      arrived = Arrays.stream(lists).flatMap(List::stream).iterator();
      next = end;
    }
    return arrived.hasNext();
  }

  @Override
  public byte[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return arrived.next();
  }
}
