package dev.tandem.learner;

import dev.tandem.learner.parallel.Transport;
import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.TaskGpu;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Policies of this project on the configured device. Where Spark assigns a GPU to the task, {@code
 * auto} and {@code cuda} mean that one.
 */
record DevicePolicyStore(ComputeSettings compute) implements PolicyStore {
  @Override
  public TrainablePolicy load(Path folder) {
    return TrainablePolicies.load(folder, settings());
  }

  @Override
  public TrainablePolicy loadAdapted(
      Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
    return TrainablePolicies.loadAdapted(base, checkpoint, settings, key, settings());
  }

  @Override
  public String version(Path folder) {
    return Policies.version(folder);
  }

  @Override
  public Transport transport() {
    return device().resolve().kind() == ComputeDevice.Kind.CUDA ? Transport.NCCL : Transport.GLOO;
  }

  private ComputeSettings settings() {
    return new ComputeSettings(device(), compute.precision());
  }

  private ComputeDevice device() {
    OptionalInt gpu = TaskGpu.index();
    return gpu.isPresent() ? compute.device().assigned(gpu.getAsInt()) : compute.device();
  }
}
