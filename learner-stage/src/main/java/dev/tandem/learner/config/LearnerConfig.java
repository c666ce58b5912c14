package dev.tandem.learner.config;

import dev.tandem.learner.parallel.RankTimeouts;
import dev.tandem.policy.training.LoraSettings;
import java.io.Serializable;
import java.time.Duration;

/**
 * Everything that decides an update, apart from the data.
 *
 * @param text the text loss
 * @param image the image loss
 * @param optimizer optimizer and learning rates
 * @param lora adapters that are trained in place of the parameters
 * @param anchor what ratios are measured from
 * @param ppoEpochs passes over the batch
 * @param miniBatches parts of the batch in a pass, with one optimizer step each
 * @param microBatch most members of a group that are computed at once: memory follows it; 0: all
 * @param gradientCheckpointing whether a pass keeps the rows between layers only and computes what
 *     lies between once more to be differentiated: less memory, more time, the same result
 * @param gradientCosine whether the cosine between the gradients of each two stages is measured, at
 *     the price of one more copy of the gradients a stage
 * @param logpAlarm largest distance between a log-probability that a rollout stored and the
 *     replay's under the same weights with which an update goes on; infinite: any
 * @param threads groups that are computed at the same time; no influence on the result
 * @param ranks processes that share an update; 1: the driver alone
 * @param rendezvousTimeout seconds until all ranks must have started
 * @param allreduceTimeout seconds that a rank waits for another in the middle of an update
 */
public record LearnerConfig(
    TextLossConfig text,
    ImageLossConfig image,
    OptimizerConfig optimizer,
    LoraSettings lora,
    Anchor anchor,
    int ppoEpochs,
    int miniBatches,
    int microBatch,
    boolean gradientCheckpointing,
    boolean gradientCosine,
    double logpAlarm,
    int threads,
    int ranks,
    double rendezvousTimeout,
    double allreduceTimeout)
    implements Serializable {
  public LearnerConfig {
    Require.atLeastOne("ppo_epochs", ppoEpochs);
    Require.atLeastOne("mini_batches", miniBatches);
    Require.notNegative("micro_batch", microBatch);
    Require.positiveOrInfinite("logp_alarm", logpAlarm);
    Require.atLeastOne("threads", threads);
    Require.atLeastOne("ranks", ranks);
    Require.positive("rendezvous_timeout", rendezvousTimeout);
    Require.positive("allreduce_timeout", allreduceTimeout);
    checkAnchorSuitsSteps(anchor, ppoEpochs * miniBatches);
  }

  /** Optimizer steps that a batch is used for. */
  public int stepsPerBatch() {
    return ppoEpochs * miniBatches;
  }

  /** The anchor, with {@link Anchor#AUTO} decided. */
  public Anchor resolvedAnchor() {
    return anchor.resolve(stepsPerBatch());
  }

  /** How long ranks wait for each other. */
  public RankTimeouts rankTimeouts() {
    return new RankTimeouts(
        Duration.ofMillis(Math.round(1000 * rendezvousTimeout)),
        Duration.ofMillis(Math.round(1000 * allreduceTimeout)));
  }

  /** Whether any loss looks at the start policy. */
  public boolean needsReference() {
    return text.needsReference() || image.needsReference();
  }

  private static void checkAnchorSuitsSteps(Anchor anchor, int steps) {
    if (anchor == Anchor.CURRENT && steps > 1) {
      throw new IllegalArgumentException(
          "Invalid anchor: current with %d optimizer steps a batch (every ratio would be 1; expected auto, replay or rollout)"
              .formatted(steps));
    }
  }
}
