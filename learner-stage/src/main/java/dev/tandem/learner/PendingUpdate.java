package dev.tandem.learner;

import dev.tandem.learner.batch.FetchedRollouts;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An update whose rollouts may already be on their way while their rewards are computed. */
public final class PendingUpdate implements AutoCloseable {
  private final LearnerStage stage;
  private final UpdateRequest request;
  private final Optional<CompletableFuture<FetchedRollouts>> rollouts;

  PendingUpdate(
      LearnerStage stage,
      UpdateRequest request,
      Optional<CompletableFuture<FetchedRollouts>> rollouts) {
    this.stage = stage;
    this.request = request;
    this.rollouts = rollouts;
  }

  /** Updates the policy, as {@link LearnerStage#update}; the iteration's batch must be written. */
  public UpdateResult update() {
    return stage.update(request, rollouts.map(PendingUpdate::fetched));
  }

  private static FetchedRollouts fetched(CompletableFuture<FetchedRollouts> rollouts) {
    try {
      return rollouts.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Drops what was fetched, once it was; does not wait for it. */
  @Override
  public void close() {
    rollouts.ifPresent(fetching -> fetching.thenAccept(FetchedRollouts::close));
  }
}
