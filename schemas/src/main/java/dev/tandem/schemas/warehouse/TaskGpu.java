package dev.tandem.schemas.warehouse;

import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** The GPU that Spark assigned to the running task. */
public final class TaskGpu {
  private static final String RESOURCE = "gpu";

  private TaskGpu() {}

  /** Its index on the host; empty outside a task, or where Spark assigns none. */
  public static OptionalInt index() {
    TaskContext task = TaskContext.get();
    return task == null ? OptionalInt.empty() : index(task.resourcesJMap().get(RESOURCE));
  }

  /** Addresses are indexes where Spark's own discovery script found them. */
  static OptionalInt index(@Nullable ResourceInformation gpus) {
    if (gpus == null || gpus.addresses().length == 0 || !gpus.addresses()[0].matches("\\d{1,3}")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(gpus.addresses()[0]));
  }
}
