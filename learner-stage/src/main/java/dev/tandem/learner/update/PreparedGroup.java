package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import org.jspecify.annotations.Nullable;

/**
 * A group, or a micro-batch of one, with what stays the same about it while the weights move.
 *
 * @param group the group
 * @param work of a replay, {@link dev.tandem.policy.training.TrainablePolicy#work}
 * @param anchor replay under the weights that sampled; null: not asked for
 * @param reference replay under the start policy; null: no loss looks at it
 * @param distance of the stored log-probabilities from the anchor's; empty without one
 */
record PreparedGroup(
    TrainingGroup group,
    long work,
    @Nullable HeldReplay anchor,
    @Nullable HeldReplay reference,
    RolloutDistance distance)
    implements AutoCloseable {

  @Override
  public void close() {
    if (anchor != null) {
      anchor.close();
    }
    if (reference != null) {
      reference.close();
    }
  }
}
