package dev.tandem.policy;

import dev.tandem.policy.bagel.BagelPolicy;
import dev.tandem.policy.bagel.PolicyFiles;
import java.nio.file.Path;
import java.util.List;

/** Opens policy folders for rollouts. */
public final class Policies {
  private Policies() {}

  /**
   * Loads a policy for sampling.
   *
   * @param folder {@code config.json} (or, as published, {@code llm_config.json} and {@code
   *     vit_config.json}), {@code tokenizer.json}, {@code model.safetensors} (or, as published,
   *     {@code ema.safetensors}) and {@code ae.safetensors}; weights may lie in several files with
   *     an index
   * @param compute where the weights are brought, and the type they are rounded to, once for all
   * @throws dev.tandem.schemas.UserError naming the file or tensor that is missing or wrong, or the
   *     device that is not there
   */
  public static Policy load(Path folder, ComputeSettings compute) {
    return new BagelPolicy(PolicyFiles.load(folder, compute, false));
  }

  /**
   * Loads a checkpoint for sampling with the moving averages of its weights; a policy that was
   * never trained as it is.
   */
  public static Policy loadAveraged(Path folder, ComputeSettings compute) {
    return new BagelPolicy(PolicyFiles.loadAveraged(folder, compute));
  }

  /** Loads a policy for sampling in float32 on the CPU. */
  public static Policy load(Path folder) {
    return load(folder, ComputeSettings.CPU);
  }

  /** The version of the policy in a folder, as a loaded policy tells it: digest of the weights. */
  public static String version(Path folder) {
    return PolicyFiles.version(folder);
  }

  /** The files that make up the policy in a folder, all of which a copy needs. */
  public static List<Path> files(Path folder) {
    return PolicyFiles.files(folder);
  }
}
