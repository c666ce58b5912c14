package dev.tandem.rollout;

import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import java.nio.file.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/**
 * Policies on the configured device. Where Spark assigns a GPU to the task, {@code auto} and {@code
 * cuda} mean that one.
 */
record DevicePolicies(ComputeSettings compute) implements PolicyLoader {
  private static final String GPU = "gpu";

  @Override
  public Policy load(Path folder) {
    return Policies.load(folder, new ComputeSettings(device(), compute.precision()));
  }

  @Override
  public String place() {
    return device() + " " + compute.precision();
  }

  private ComputeDevice device() {
    TaskContext task = TaskContext.get();
    return task == null
        ? compute.device()
        : device(compute.device(), task.resourcesJMap().get(GPU));
  }

  /** Addresses are indexes where Spark's own discovery script found them. */
  static ComputeDevice device(ComputeDevice configured, @Nullable ResourceInformation gpus) {
    if (gpus == null || gpus.addresses().length == 0 || !gpus.addresses()[0].matches("\\d{1,3}")) {
      return configured;
    }
    return configured.assigned(Integer.parseInt(gpus.addresses()[0]));
  }
}
