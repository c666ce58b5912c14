package dev.tandem.policy.training;

import dev.tandem.policy.bagel.BagelTrainable;
import dev.tandem.policy.bagel.PolicyFiles;
import java.nio.file.Path;

/** Opens policy folders for training. */
public final class TrainablePolicies {
  private TrainablePolicies() {}

  /**
   * Loads a policy whose parameters take gradients.
   *
   * @throws dev.tandem.schemas.UserError naming the file or tensor that is missing or wrong
   */
  public static TrainablePolicy load(Path folder) {
    return new BagelTrainable(PolicyFiles.load(folder, true));
  }
}
