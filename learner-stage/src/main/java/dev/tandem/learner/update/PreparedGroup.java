package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import org.jspecify.annotations.Nullable;

/** A group, or a micro-batch of one, with its fixed replays. */
record PreparedGroup(TrainingGroup group, HeldReplays replays) implements AutoCloseable {

  @Nullable HeldReplay anchor() {
    return replays.anchor();
  }

  @Nullable HeldReplay reference() {
    return replays.reference();
  }

  @Override
  public void close() {
    replays.close();
  }
}
