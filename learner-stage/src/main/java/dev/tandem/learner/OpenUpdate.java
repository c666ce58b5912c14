package dev.tandem.learner;

import dev.tandem.learner.batch.FetchedGroup;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.learner.parallel.WeightDigest;
import dev.tandem.learner.update.PolicyUpdate;
import dev.tandem.learner.update.Training;
import dev.tandem.policy.training.TrainablePolicy;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/** An update whose policy is loaded. */
final class OpenUpdate implements AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;

  private final RankUpdate update;
  private final Ranks ranks;
  private final TrainablePolicy policy;
  private final Training training;
  private final Reference reference;
  private final PolicyUpdate passes;
  private double seconds;

  private OpenUpdate(
      RankUpdate update,
      Ranks ranks,
      TrainablePolicy policy,
      Training training,
      Reference reference) {
    this.update = update;
    this.ranks = ranks;
    this.policy = policy;
    this.training = training;
    this.reference = reference;
    this.passes = new PolicyUpdate(update.config(), policy, reference.policy(), training, ranks);
  }

  /** Loads the policy, the optimizer's state and, where a loss looks at it, the start policy. */
  static OpenUpdate of(RankUpdate update, Ranks ranks) {
    TrainablePolicy policy = update.policy();
    try {
      Training training =
          Checkpoints.resume(
              update.request().policyFolder(), update.config().optimizer(), policy.parameters());
      try {
        return new OpenUpdate(update, ranks, policy, training, update.reference());
      } catch (RuntimeException e) {
        training.close();
        throw e;
      }
    } catch (RuntimeException e) {
      policy.close();
      throw e;
    }
  }

  /** Makes replays before the groups have credit: {@link PolicyUpdate#replayAhead}. */
  void replayAhead(List<FetchedGroup> groups, BooleanSupplier enough) {
    long start = System.nanoTime();
    passes.replayAhead(groups, enough);
    seconds += (System.nanoTime() - start) / NANOS_PER_SECOND;
  }

  /**
   * Makes all steps and writes the checkpoint.
   *
   * @param batch the iteration's groups, of which this rank holds its share
   */
  Updated run(TrainingBatch batch) {
    long start = System.nanoTime();
    SortedMap<String, Double> metrics = passes.run(batch, update.key());
    seconds += (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (ranks.count() > 1) {
      WeightDigest.requireEqual(ranks, WeightDigest.of(policy.parameters()));
    }
    if (ranks.rank() == 0) {
      Checkpoints.write(
          update.request().outputFolder(), policy, training, update.progress(training));
    }
    return new Updated(metrics, seconds);
  }

  @Override
  public void close() {
    passes.close();
    reference.close();
    training.close();
    policy.close();
  }
}
