package dev.tandem.learner;

import dev.tandem.schemas.DaemonThreads;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An update that may have begun while the rewards of its rollouts are computed: rollouts are
 * fetched, the policy is loaded, and replays that do not depend on credit are made as long as there
 * is time.
 */
public final class PendingUpdate implements AutoCloseable {
  private static final Executor THREADS = new DaemonThreads("prepare update");

  private final LearnerStage stage;
  private final UpdateRequest request;
  private final AtomicBoolean awaited = new AtomicBoolean();
  private final Optional<CompletableFuture<PreparedUpdate>> opened;
  private final CompletableFuture<?> prepared;

  private PendingUpdate(
      LearnerStage stage,
      UpdateRequest request,
      Optional<CompletableFuture<PreparedUpdate>> opened) {
    this.stage = stage;
    this.request = request;
    this.opened = opened;
    this.prepared =
        opened
            .<CompletableFuture<?>>map(
                opening ->
                    opening.thenAcceptAsync(
                        update -> update.replayAhead(request, awaited::get), THREADS))
            .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Begins to prepare the update in the driver. */
  static PendingUpdate begin(LearnerStage stage, UpdateRequest request) {
    return new PendingUpdate(
        stage,
        request,
        Optional.of(CompletableFuture.supplyAsync(() -> stage.open(request), THREADS)));
  }

  /** An update that nobody can prepare. */
  static PendingUpdate of(LearnerStage stage, UpdateRequest request) {
    return new PendingUpdate(stage, request, Optional.empty());
  }

  /** Updates the policy, as {@link LearnerStage#update}; the iteration's batch must be written. */
  public UpdateResult update() {
    awaited.set(true);
    join(prepared);
    return stage.update(request, opened.map(PendingUpdate::join));
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * Drops what was prepared. Waits until nothing uses it: a session that stopped before would break
   * off a read.
   */
  @Override
  public void close() {
    awaited.set(true);
    prepared.handle((done, failed) -> done).join(); // what failed is told by update
    opened.ifPresent(opening -> opening.thenAccept(PreparedUpdate::close));
  }
}
