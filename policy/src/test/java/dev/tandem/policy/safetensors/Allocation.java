package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Counts the heap bytes that a thread allocates, collected or not. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What opening a file may allocate beyond the file's own size. */
  private static final long ALLOWANCE_BYTES = 64_000_000;

  private Allocation() {}

  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  static long of(Action action) throws IOException {
    long before = allocated();
    action.run();
    return allocated() - before;
  }

  /** Runs the action that opens the given file and checks what it took. */
  static void assertBounded(byte[] file, Action action) throws IOException {
    long allocated = of(action);
    assertThat(allocated)
        .as("bytes allocated to open a file of %d", file.length)
        .isLessThanOrEqualTo(file.length + ALLOWANCE_BYTES);
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
