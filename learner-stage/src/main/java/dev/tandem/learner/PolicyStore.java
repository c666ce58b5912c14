package dev.tandem.learner;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How policy folders are opened. */
public interface PolicyStore {

  /** The policies of this project, on the CPU. */
  PolicyStore DEFAULT = on(ComputeSettings.CPU);

  /** The policies of this project on a device. */
  static PolicyStore on(ComputeSettings compute) {
    return new PolicyStore() {
      @Override
      public TrainablePolicy load(Path folder) {
        return TrainablePolicies.load(folder, compute);
      }

      @Override
      public TrainablePolicy loadAdapted(
          Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
        return TrainablePolicies.loadAdapted(base, checkpoint, settings, key, compute);
      }

      @Override
      public String version(Path folder) {
        return Policies.version(folder);
      }
    };
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
  default TrainablePolicy loadAdapted(
      Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
    throw new UnsupportedOperationException("These policies have no adapters");
  }

  /** The digest of a folder's weights. */
  String version(Path folder);
}
