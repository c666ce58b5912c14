package dev.tandem.learner;

import dev.tandem.policy.training.TrainablePolicy;
import org.jspecify.annotations.Nullable;

/**
 * The start policy for the time of an update.
 *
 * @param policy null where no loss looks at it
 */
record Reference(@Nullable TrainablePolicy policy) implements AutoCloseable {
  @Override
  public void close() {
    if (policy != null) {
      policy.close();
    }
  }
}
