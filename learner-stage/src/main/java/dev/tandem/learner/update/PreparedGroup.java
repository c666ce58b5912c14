package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import org.jspecify.annotations.Nullable;

/**
 * A group, or a micro-batch of one, with what stays the same about it while the weights move.
 *
 * @param group the group
 * @param anchor replay under the weights that sampled; null: not asked for
 * @param reference replay under the start policy; null: no loss looks at it
 */
record PreparedGroup(
    TrainingGroup group, @Nullable HeldReplay anchor, @Nullable HeldReplay reference)
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
