package dev.tandem.learner;

import dev.tandem.learner.batch.Credit;
import dev.tandem.learner.batch.FetchedRollouts;
import dev.tandem.learner.batch.TrainingBatch;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * An update by the driver that has all but the credit of its rollouts.
 *
 * @param rollouts the iteration's
 * @param update the policy and its passes
 */
record PreparedUpdate(FetchedRollouts rollouts, OpenUpdate update) implements AutoCloseable {

  /** Makes replays until it is enough. */
  void replayAhead(UpdateRequest request, BooleanSupplier enough) {
    update.replayAhead(rollouts.groups(request.sampling()), enough);
  }

  /** Updates the policy. */
  Updated run(UpdateRequest request, Map<String, Credit> credit) {
    try (TrainingBatch batch = rollouts.with(credit, request.sampling())) {
      return update.run(batch);
    }
  }

  @Override
  public void close() {
    update.close();
    rollouts.close();
  }
}
