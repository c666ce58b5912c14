package dev.tandem.learner.update;

import org.jspecify.annotations.Nullable;

/**
 * What stays the same about a group while the weights move.
 *
 * @param anchor replay under the weights that sampled; null: not asked for
 * @param reference replay under the start policy; null: no loss looks at it
 */
record HeldReplays(@Nullable HeldReplay anchor, @Nullable HeldReplay reference)
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
