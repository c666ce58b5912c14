package dev.tandem.jobs.train;

import dev.tandem.schemas.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** The commit of an iteration, written by a thread of its own. */
record PendingCommit(CompletableFuture<?> written) {
  private static final Executor THREADS = new DaemonThreads("commit");

  /** Before the first iteration. */
  static final PendingCommit NOTHING = new PendingCommit(CompletableFuture.completedFuture(null));

  /** Starts to write. */
  static PendingCommit of(Runnable commit) {
    return new PendingCommit(CompletableFuture.runAsync(commit, THREADS));
  }

  /** Waits until it is written; throws what writing threw. */
  void join() {
    try {
      written.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
