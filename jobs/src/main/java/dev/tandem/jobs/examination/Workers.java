package dev.tandem.jobs.examination;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Threads that compute items; closing stops what has not begun. */
final class Workers implements AutoCloseable {
  private final ExecutorService threads;

  Workers(int threads) {
    this.threads = Executors.newFixedThreadPool(threads);
  }

  /** Hears how many items, from the first on, are done; called by the thread that waits. */
  interface Progress {
    void done(int items);
  }

  /** The results of the items 0 to {@code count - 1}, in order, whichever thread computed them. */
  <T> List<T> map(int count, IntFunction<T> work, Progress progress) {
    List<Future<T>> pending = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int item = i;
      pending.add(threads.submit(() -> work.apply(item)));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : pending) {
      results.add(await(future));
      progress.done(results.size());
    }
    return results;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("An item could not be examined", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while examining", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
