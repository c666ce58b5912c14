package dev.tandem.frozen.chat.replies;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Range;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * A Spark job whose tasks' results reach the driver as each task ends, and not all at the end.
 *
 * @param rdd one task for each partition
 */
record StreamedJob(RDD<Row> rdd, AskTask task) {
  private static final long LOOK_MILLIS = 200;
  private static final String INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

  /**
   * Runs the job and gives the consumer, in this thread, what has come in since it was last called;
   * if it throws, the job is cancelled.
   */
  void run(Consumer<List<Row>> consumer) {
    BlockingQueue<List<Row>> ended = new LinkedBlockingQueue<>();
    SimpleFutureAction<BoxedUnit> job = submit(ended);
    try {
      boolean over;
      do {
        List<Row> first = ended.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        over = job.isCompleted(); // before draining: what came until then is in the queue
        List<Row> arrived = new ArrayList<>(first == null ? List.of() : first);
        List<List<Row>> more = new ArrayList<>();
        ended.drainTo(more);
        more.forEach(arrived::addAll);
        if (!arrived.isEmpty()) {
          consumer.accept(arrived);
        }
      } while (!over);
      job.value().get().get(); // throws what a task failed with
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a model was asked", e);
    } finally {
      job.cancel(); // nothing to do for a job that is over
    }
  }

  private SimpleFutureAction<BoxedUnit> submit(BlockingQueue<List<Row>> ended) {
    // Else a cancelled job's tasks would go on asking until their batches end.
    rdd.context().setLocalProperty(INTERRUPT_ON_CANCEL, "true");
    try {
      return rdd.context()
          .submitJob(
              rdd,
              task,
              new Range.Exclusive(0, rdd.getNumPartitions(), 1).toSeq(),
              new Enqueue(ended),
              new Nothing());
    } finally {
      rdd.context().setLocalProperty(INTERRUPT_ON_CANCEL, null);
    }
  }

  /** Called by Spark's scheduler for each task that ended. */
  private static final class Enqueue extends AbstractFunction2<Object, List<Row>, BoxedUnit> {
    private final BlockingQueue<List<Row>> ended;

    Enqueue(BlockingQueue<List<Row>> ended) {
      this.ended = ended;
    }

    @Override
    public BoxedUnit apply(Object partition, List<Row> rows) {
      ended.add(rows);
      return BoxedUnit.UNIT;
    }
  }

  /** The job's own result. */
  private static final class Nothing extends AbstractFunction0<BoxedUnit> {
    @Override
    public BoxedUnit apply() {
      return BoxedUnit.UNIT;
    }
  }
}
