package dev.tandem.learner;

import dev.tandem.policy.Policies;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import java.nio.file.Path;

/** How policy folders are opened. */
public interface PolicyStore {

  /** The policies of this project. */
  PolicyStore DEFAULT =
      new PolicyStore() {
        @Override
        public TrainablePolicy load(Path folder) {
          return TrainablePolicies.load(folder);
        }

        @Override
        public String version(Path folder) {
          return Policies.version(folder);
        }
      };

  /** Loads a policy whose parameters take gradients; the caller closes it. */
  TrainablePolicy load(Path folder);

  /** The digest of a folder's weights. */
  String version(Path folder);
}
