package dev.tandem.learner;

import dev.tandem.learner.parallel.Transport;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How policy folders are opened. Sent to executors. */
public interface PolicyStore extends Serializable {

  /** The policies of this project, on the CPU. */
  PolicyStore DEFAULT = on(ComputeSettings.CPU);

  /** The policies of this project on a device. */
  static PolicyStore on(ComputeSettings compute) {
    return new DevicePolicyStore(compute);
  }

  /** Loads a policy whose parameters take gradients; the caller closes it. */
  TrainablePolicy load(Path folder);

  /**
   * Loads a policy of which adapters are trained; the caller closes it.
   *
   * @param base the policy that they adapt
   * @param checkpoint what an earlier update of theirs wrote; null before the first
   * @param key of the first values of adapters
   */
  TrainablePolicy loadAdapted(
      Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key);

  /** The digest of a folder's weights. */
  String version(Path folder);

  /** What carries the gradients of policies that this store loads. */
  default Transport transport() {
    return Transport.GLOO;
  }
}
