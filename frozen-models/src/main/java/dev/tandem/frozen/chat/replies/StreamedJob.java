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
 * Runs a task for each partition and hands on what it returns while others are still at work. Never
 * more tasks are submitted than run at the same time: Spark serves jobs in the order of their
 * submission, and one that the consumer starts would otherwise wait for all of these.
 */
final class StreamedJob {
  private static final long LOOK_MILLIS = 200;
  private static final String INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

  private final RDD<Row> rdd;
  private final AskTask task;
  private final BlockingQueue<List<Row>> ended = new LinkedBlockingQueue<>();
  private final List<SimpleFutureAction<BoxedUnit>> running = new ArrayList<>();
  private int next;

  StreamedJob(RDD<Row> rdd, AskTask task) {
    this.rdd = rdd;
    this.task = task;
  }

  /**
   * Runs all tasks and gives the consumer, in this thread, what has come in since it was last
   * called; if it throws or a task fails for good, the others are cancelled.
   */
  void run(Consumer<List<Row>> consumer) {
    try {
      do {
        submit();
        List<Row> arrived = new ArrayList<>(await());
        List<SimpleFutureAction<BoxedUnit>> over =
            running.stream().filter(SimpleFutureAction::isCompleted).toList();
        drain(arrived); // after the look at the jobs: what these returned is in the queue
        if (!arrived.isEmpty()) {
          consumer.accept(arrived);
        }
        over.forEach(job -> job.value().get().get()); // throws what its task failed with
        running.removeAll(over);
      } while (!running.isEmpty() || next < rdd.getNumPartitions());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a model was asked", e);
    } finally {
      running.forEach(SimpleFutureAction::cancel);
    }
  }

  private List<Row> await() throws InterruptedException {
    List<Row> first = ended.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return first == null ? List.of() : first;
  }

  private void drain(List<Row> arrived) {
    List<List<Row>> more = new ArrayList<>();
    ended.drainTo(more);
    more.forEach(arrived::addAll);
  }

  private void submit() {
    // Else a cancelled task would go on asking until its batch ends.
    rdd.context().setLocalProperty(INTERRUPT_ON_CANCEL, "true");
    try {
      int slots = rdd.context().defaultParallelism();
      while (next < rdd.getNumPartitions() && running.size() < slots) {
        running.add(submit(next++));
      }
    } finally {
      rdd.context().setLocalProperty(INTERRUPT_ON_CANCEL, null);
    }
  }

  private SimpleFutureAction<BoxedUnit> submit(int partition) {
    return rdd.context()
        .submitJob(
            rdd,
            task,
            new Range.Exclusive(partition, partition + 1, 1).toSeq(),
            new Enqueue(ended),
            new Nothing());
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
