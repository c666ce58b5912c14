package dev.tandem.learner;

import dev.tandem.learner.batch.BatchReader;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.update.PolicyUpdate;
import dev.tandem.learner.update.RolloutMismatchException;
import dev.tandem.learner.update.Training;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.SortedMap;

/**
 * The learner stage: tables in, checkpoint and metrics out. It keeps nothing between updates: all
 * that the next one needs is in the checkpoint, so an update that is repeated after an interruption
 * writes the same bytes.
 */
public final class LearnerStage {
  private final BatchReader batches;
  private final LearnerConfig config;
  private final PolicyStore policies;

  /** A stage that trains the policies of this project. */
  public LearnerStage(Warehouse warehouse, LearnerConfig config) {
    this(warehouse, config, PolicyStore.DEFAULT);
  }

  /** A stage that opens policies through the given store. */
  public LearnerStage(Warehouse warehouse, LearnerConfig config, PolicyStore policies) {
    this.batches = new BatchReader(warehouse);
    this.config = config;
    this.policies = policies;
  }

  /**
   * Updates the policy by the iteration's batch. Where no loss consumes any row, the checkpoint
   * holds the same weights.
   *
   * @throws UserError if the rollouts are not what the policy samples; nothing is written
   */
  public UpdateResult update(UpdateRequest request) {
    Torch.use();
    SortedMap<String, Double> metrics;
    try (TrainingBatch batch =
        batches.read(request.runId(), request.iteration(), request.sampling())) {
      metrics = train(request, batch);
    }
    return new UpdateResult(
        policies.version(request.outputFolder()), request.outputFolder(), metrics);
  }

  private SortedMap<String, Double> train(UpdateRequest request, TrainingBatch batch) {
    try (TrainablePolicy policy = policies.load(request.policyFolder());
        Training training =
            Checkpoints.resume(request.policyFolder(), config.optimizer(), policy.parameters())) {
      SortedMap<String, Double> metrics;
      try (Reference reference = reference(request);
          PolicyUpdate update = new PolicyUpdate(config, policy, reference.policy(), training)) {
        metrics = update.run(batch, key(request));
      } catch (RolloutMismatchException e) {
        throw mismatch(request, e);
      }
      LearnerProgress progress =
          new LearnerProgress(
              LearnerProgress.FORMAT,
              request.iteration(),
              training.steps(),
              request.seed(),
              config.optimizer());
      Checkpoints.write(request.outputFolder(), policy, training, progress);
      return metrics;
    }
  }

  private static UserError mismatch(UpdateRequest request, RolloutMismatchException cause) {
    return new UserError(
        "Cannot train run '%s', iteration %d: %s. The log-probabilities in table rollouts are not those that the policy in %s replays: it has other weights than the policy that sampled, or another precision, tokenizer, temperature or guidance. Compare policy_version of the iteration's rollouts with the policy, then run again: the iteration is sampled anew. Where rollouts and learner differ in precision on purpose, raise learner.logp_alarm (.inf switches the alarm off)."
            .formatted(
                request.runId(), request.iteration(), cause.getMessage(), request.policyFolder()),
        cause);
  }

  private static RandomKey key(UpdateRequest request) {
    return RandomKey.of(request.seed()).with("learner").with(request.iteration());
  }

  private Reference reference(UpdateRequest request) {
    return new Reference(config.needsReference() ? policies.load(request.referenceFolder()) : null);
  }
}
