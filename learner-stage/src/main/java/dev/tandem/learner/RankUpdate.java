package dev.tandem.learner;

import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.learner.parallel.WeightDigest;
import dev.tandem.learner.update.PolicyUpdate;
import dev.tandem.learner.update.Training;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * An update as one rank makes it: every rank loads the policy and takes all steps, and the first
 * one writes the checkpoint once all have made sure that they hold the same weights.
 */
record RankUpdate(LearnerConfig config, PolicyStore policies, UpdateRequest request)
    implements Serializable {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Makes the update.
   *
   * @param batch the iteration's groups, of which this rank holds its share
   */
  Updated run(TrainingBatch batch, Ranks ranks) {
    try (TrainablePolicy policy = policy();
        Training training =
            Checkpoints.resume(request.policyFolder(), config.optimizer(), policy.parameters())) {
      Updated updated;
      try (Reference reference = reference();
          PolicyUpdate update =
              new PolicyUpdate(config, policy, reference.policy(), training, ranks)) {
        long start = System.nanoTime();
        SortedMap<String, Double> metrics = update.run(batch, key());
        updated = new Updated(metrics, (System.nanoTime() - start) / NANOS_PER_SECOND);
      }
      if (ranks.count() > 1) {
        WeightDigest.requireEqual(ranks, WeightDigest.of(policy.parameters()));
      }
      if (ranks.rank() == 0) {
        Checkpoints.write(request.outputFolder(), policy, training, progress(training));
      }
      return updated;
    }
  }

  /** The start policy with the adapters of the newest checkpoint, or that checkpoint itself. */
  private TrainablePolicy policy() {
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

  private LearnerProgress progress(Training training) {
    return new LearnerProgress(
        LearnerProgress.FORMAT,
        request.iteration(),
        training.steps(),
        request.seed(),
        config.optimizer());
  }

  private Reference reference() {
    return new Reference(config.needsReference() ? policies.load(request.referenceFolder()) : null);
  }
}
