package dev.tandem.policy.training;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.bagel.BagelTrainable;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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

  /**
   * Loads a policy of which adapters are trained.
   *
   * @param base folder of the policy that they adapt
   * @param checkpoint folder that an earlier update of theirs wrote; null: they change nothing yet
   * @param key of the first values of adapters
   * @throws dev.tandem.schemas.UserError if the checkpoint's adapters belong to another base or
   *     other settings, or the settings match no matrix
   */
  public static TrainablePolicy loadAdapted(
      Path base,
      @Nullable Path checkpoint,
      LoraSettings settings,
      RandomKey key,
      ComputeSettings compute) {
    return BagelTrainable.adapted(PolicyFiles.load(base, compute, true), settings, checkpoint, key);
  }

  /** Loads a policy that is trained in float32 on the CPU. */
  public static TrainablePolicy load(Path folder) {
    return load(folder, ComputeSettings.CPU);
  }
}
