package dev.tandem.policy.training;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.bagel.BagelTrainable;
import dev.tandem.policy.bagel.PolicyFiles;
import java.nio.file.Path;

/** Opens policy folders for training. */
public final class TrainablePolicies {
  private TrainablePolicies() {}

  /**
   * Loads a policy whose parameters take gradients.
   *
   * @param compute where they lie and what replays compute with; they are float32 themselves
   * @throws dev.tandem.schemas.UserError naming the file or tensor that is missing or wrong, or the
   *     device that is not there
   */
  public static TrainablePolicy load(Path folder, ComputeSettings compute) {
    return new BagelTrainable(PolicyFiles.load(folder, compute, true));
  }

  /** Loads a policy that is trained in float32 on the CPU. */
  public static TrainablePolicy load(Path folder) {
    return load(folder, ComputeSettings.CPU);
  }
}
