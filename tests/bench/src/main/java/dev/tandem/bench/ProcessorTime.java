package dev.tandem.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has computed so far: other processes do not disturb it as they do the clock.
 */
public final class ProcessorTime {
  private ProcessorTime() {}

  /** Seconds, of all threads together. */
  public static double seconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }
}
