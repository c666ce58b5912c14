package dev.tandem.learner;

import dev.tandem.learner.batch.BatchReader;
import dev.tandem.learner.batch.FetchedRollouts;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.learner.update.RolloutMismatchException;
import dev.tandem.policy.Torch;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * The learner stage: tables in, checkpoint and metrics out. It keeps nothing between updates: all
 * that the next one needs is in the checkpoint, so an update that is repeated after an interruption
 * writes the same bytes. The update runs in the driver, or as a barrier stage of {@code
 * learner.ranks} tasks.
 */
public final class LearnerStage {
  private final SparkContext spark;
  private final BatchReader batches;
  private final LearnerConfig config;
  private final PolicyStore policies;

  /** A stage that trains the policies of this project. */
  public LearnerStage(Warehouse warehouse, LearnerConfig config) {
    this(warehouse, config, PolicyStore.DEFAULT);
  }

  /** A stage that opens policies through the given store. */
  public LearnerStage(Warehouse warehouse, LearnerConfig config, PolicyStore policies) {
    this.spark = warehouse.spark().sparkContext();
    this.batches = new BatchReader(warehouse);
    this.config = config;
    this.policies = policies;
  }

  /**
   * Begins an update for which the rollouts are there, but not yet their credit: as long as the
   * driver is the one to compute, fetches them and makes replays that do not depend on credit. The
   * caller closes what is pending.
   */
  public PendingUpdate prepare(UpdateRequest request) {
    return config.ranks() == 1
        ? PendingUpdate.begin(this, request)
        : PendingUpdate.of(this, request);
  }

  /** Fetches the rollouts and loads the policy. The caller closes what is opened. */
  PreparedUpdate open(UpdateRequest request) {
    Torch.use();
    FetchedRollouts rollouts = batches.fetch(request.runId(), request.iteration());
    try {
      return new PreparedUpdate(rollouts, rankUpdate(request).open(Ranks.ALONE));
    } catch (RuntimeException e) {
      rollouts.close();
      throw e;
    }
  }

  /**
   * Updates the policy by the iteration's batch. Where no loss consumes any row, the checkpoint
   * holds the same weights. With several ranks the request's folders must be the same ones on every
   * executor.
   *
   * @throws UserError if the rollouts are not what the policy samples; nothing is written
   */
  public UpdateResult update(UpdateRequest request) {
    try (PendingUpdate pending = prepare(request)) {
      return pending.update();
    }
  }

  /**
   * @param prepared empty if the ranks fetch their rollouts themselves
   */
  UpdateResult update(UpdateRequest request, Optional<PreparedUpdate> prepared) {
    Torch.use();
    try {
      Updated updated =
          prepared.isPresent()
              ? prepared.get().run(request, batches.credit(request.runId(), request.iteration()))
              : new BarrierUpdate(batches, config, spark).run(rankUpdate(request));
      return new UpdateResult(
          policies.version(request.outputFolder()),
          request.outputFolder(),
          updated.metrics(),
          updated.seconds());
    } catch (RolloutMismatchException e) {
      throw mismatch(request, e);
    }
  }

  private RankUpdate rankUpdate(UpdateRequest request) {
    return new RankUpdate(config, policies, request);
  }

  private static UserError mismatch(UpdateRequest request, RolloutMismatchException cause) {
    return new UserError(
        "Cannot train run '%s', iteration %d: %s. The log-probabilities in table rollouts are not those that the policy in %s replays: it has other weights than the policy that sampled, or another precision, tokenizer, temperature or guidance. Compare policy_version of the iteration's rollouts with the policy, then run again: the iteration is sampled anew. Where rollouts and learner differ in precision on purpose, raise learner.logp_alarm (.inf switches the alarm off)."
            .formatted(
                request.runId(), request.iteration(), cause.getMessage(), request.policyFolder()),
        cause);
  }
}
