package dev.tandem.learner;

import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.learner.update.Training;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * An update as one rank makes it: every rank loads the policy and takes all steps, and the first
 * one writes the checkpoint once all have made sure that they hold the same weights.
 */
record RankUpdate(LearnerConfig config, PolicyStore policies, UpdateRequest request)
    implements Serializable {
  /**
   * Makes the update.
   *
   * @param batch the iteration's groups, of which this rank holds its share
   */
  Updated run(TrainingBatch batch, Ranks ranks) {
    try (OpenUpdate update = open(ranks)) {
      return update.run(batch);
    }
  }

  /** Loads what the update needs but the batch. The caller closes it. */
  OpenUpdate open(Ranks ranks) {
    return OpenUpdate.of(this, ranks);
  }

  /** The start policy with the adapters of the newest checkpoint, or that checkpoint itself. */
  TrainablePolicy policy() {
    if (!config.lora().isActive()) {
      return policies.load(request.policyFolder());
    }
    Path base = request.referenceFolder();
    return policies.loadAdapted(
        base,
        request.policyFolder().equals(base) ? null : request.policyFolder(),
        config.lora(),
        RandomKey.of(request.seed()).with("lora"));
  }

  /** Identity of run and iteration. */
  RandomKey key() {
    return RandomKey.of(request.seed()).with("learner").with(request.iteration());
  }

  LearnerProgress progress(Training training) {
    return new LearnerProgress(
        LearnerProgress.FORMAT,
        request.iteration(),
        training.steps(),
        request.seed(),
        config.optimizer());
  }

  Reference reference() {
    return new Reference(config.needsReference() ? policies.load(request.referenceFolder()) : null);
  }
}
