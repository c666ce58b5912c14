package dev.tandem.learner.update;

import dev.tandem.policy.Torch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs tasks on several threads and hands their results over in the order of the tasks. Only a few
 * results wait at any time, so that memory does not grow with the number of tasks.
 */
final class OrderedPool implements AutoCloseable {
  private final ExecutorService executor;
  private final int ahead;

  OrderedPool(int threads) {
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "learner");
              thread.setDaemon(true);
              return thread;
            });
    this.ahead = threads + 1;
  }

  /** Runs all tasks; the sink is called on the calling thread. */
  <T> void forEach(List<? extends Callable<T>> tasks, Consumer<T> sink) {
    Deque<Future<T>> waiting = new ArrayDeque<>();
    for (Callable<T> task : tasks) {
      if (waiting.size() == ahead) {
        sink.accept(result(waiting.remove()));
      }
      waiting.add(executor.submit(() -> onOneThread(task)));
    }
    while (!waiting.isEmpty()) {
      sink.accept(result(waiting.remove()));
    }
  }

  /** Waits for tasks that still run: they use tensors that the caller frees next. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T onOneThread(Callable<T> task) throws Exception {
    Torch.use();
    return task.call();
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a group was computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("A group could not be computed", e.getCause());
    }
  }
}
