package dev.tandem.jobs.train;

import dev.tandem.schemas.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Work that a thread of its own does meanwhile. Leaving a try statement waits for it.
 *
 * @param <T> what it leads to
 */
final class Background<T> implements AutoCloseable {
  private final CompletableFuture<T> result;

  private Background(CompletableFuture<T> result) {
    this.result = result;
  }

  /** Work that is done. */
  static <T> Background<T> of(T result) {
    return new Background<>(CompletableFuture.completedFuture(result));
  }

  /**
   * Starts the work.
   *
   * @param name of its thread
   */
  static <T> Background<T> start(String name, Supplier<T> work) {
    return new Background<>(CompletableFuture.supplyAsync(work, new DaemonThreads(name)));
  }

  /** Waits for the result; throws what the work threw. */
  T join() {
    try {
      return result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    join();
  }
}
