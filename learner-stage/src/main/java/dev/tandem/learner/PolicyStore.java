package dev.tandem.learner;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import java.nio.file.Path;

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
      public String version(Path folder) {
        return Policies.version(folder);
      }
    };
  }

  /** Loads a policy whose parameters take gradients; the caller closes it. */
  TrainablePolicy load(Path folder);

  /** The digest of a folder's weights. */
  String version(Path folder);
}
