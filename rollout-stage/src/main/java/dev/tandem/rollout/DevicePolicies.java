package dev.tandem.rollout;

import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.schemas.warehouse.TaskGpu;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Policies on the configured device. Where Spark assigns a GPU to the task, {@code auto} and {@code
 * cuda} mean that one.
 */
record DevicePolicies(ComputeSettings compute) implements PolicyLoader {
  @Override
  public Policy load(Path folder) {
    return Policies.load(folder, new ComputeSettings(device(), compute.precision()));
  }

  @Override
  public String place() {
    return device() + " " + compute.precision();
  }

  private ComputeDevice device() {
    OptionalInt gpu = TaskGpu.index();
    return gpu.isPresent() ? compute.device().assigned(gpu.getAsInt()) : compute.device();
  }
}
