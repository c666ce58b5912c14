package dev.tandem.jobs.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the JVM tells about the machine, as lines to read. */
final class Machine {
  private static final double GIBIBYTE = 1L << 30;

  /** Variables that decide how native memory is kept and how many threads one operation takes. */
  private static final List<String> ALLOCATOR =
      List.of(
          "MALLOC_MMAP_THRESHOLD_",
          "MALLOC_TRIM_THRESHOLD_",
          "MALLOC_TOP_PAD_",
          "PYTORCH_CUDA_ALLOC_CONF");

  private static final List<String> THREADS = List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS");

  private Machine() {}

  static String jdk() {
    return "%s (%s), heap of at most %.1f GiB"
        .formatted(
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            Runtime.getRuntime().maxMemory() / GIBIBYTE);
  }

  static String system() {
    return "%s %s, %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }

  static String hardware() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean) {
      return "%d cores, %.1f GiB of memory, %.1f GiB free"
          .formatted(
              cores, bean.getTotalMemorySize() / GIBIBYTE, bean.getFreeMemorySize() / GIBIBYTE);
    }
    return "%d cores".formatted(cores);
  }

  static String allocator() {
    return variables(ALLOCATOR);
  }

  static String threads() {
    return variables(THREADS);
  }

  private static String variables(List<String> names) {
    Map<String, String> environment = System.getenv();
    List<String> values = new ArrayList<>();
    for (String name : names) {
      values.add(name + "=" + environment.getOrDefault(name, "(not set)"));
    }
    return String.join(", ", values);
  }
}
