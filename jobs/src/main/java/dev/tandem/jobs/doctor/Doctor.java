package dev.tandem.jobs.doctor;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policy;
import dev.tandem.policy.PolicyInfo;
import dev.tandem.policy.diagnosis.ForwardTimes;
import dev.tandem.policy.diagnosis.MatrixProduct;
import dev.tandem.policy.diagnosis.TorchBuild;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Looks at a machine from the JVM up to a policy's forward passes, one plain line for each thing
 * seen, and stops at the first that does not work.
 */
public final class Doctor {
  private static final int GEMM_SIZE = 1024;
  private static final int GEMM_RUNS = 5;

  private final PrintStream out;

  public Doctor(PrintStream out) {
    this.out = out;
  }

  /** Something that may fail. */
  private interface Examination {
    void run();
  }

  /**
   * Examines everything.
   *
   * @param compute the device to try
   * @param policyTitle how lines call the policy
   * @param policies opens it
   * @return whether all works
   */
  public boolean examine(ComputeSettings compute, String policyTitle, Supplier<Policy> policies) {
    line("JDK", Machine.jdk());
    line("System", Machine.system());
    line("Hardware", Machine.hardware());
    line("Allocator", Machine.allocator());
    line("Threads", Machine.threads());
    boolean healthy =
        works("libtorch", this::torch)
            && works("Device", () -> device(compute))
            && works("Matrices", () -> matrices(compute.resolve()))
            && works("Policy", () -> policy(compute.resolve(), policyTitle, policies));
    if (healthy) {
      out.println("All works.");
    }
    return healthy;
  }

  private boolean works(String name, Examination examination) {
    try {
      examination.run();
      return true;
    } catch (RuntimeException | LinkageError e) {
      line(name, "FAILED: " + reason(e));
      return false;
    }
  }

  /** The first message of the chain; that of a class that could not start stands in its cause. */
  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        return cause instanceof LinkageError ? cause.toString() : cause.getMessage();
      }
    }
    return failure.toString();
  }

  private void torch() {
    TorchBuild build = TorchBuild.load();
    line("libtorch", "%s for %s".formatted(build.version(), build.platform()));
    build.features().forEach(feature -> line("", feature));
    for (Path library : build.libraries()) {
      line("Library", library.toString());
    }
    line("Devices", devices(build));
    line(
        "Intra-op",
        "%d thread an operation; parallelism comes from tasks".formatted(build.threads()));
  }

  private static String devices(TorchBuild build) {
    String found = String.join(", ", build.devices());
    if (!build.cuda()) {
      return found + " (this libtorch was built without CUDA)";
    }
    return build.devices().size() == 1 ? found + " (no CUDA device was found)" : found;
  }

  private void device(ComputeSettings compute) {
    ComputeSettings resolved = compute.resolve();
    line(
        "Device",
        "%s in %s (asked for: %s in %s)"
            .formatted(
                resolved.device(), precision(resolved), compute.device(), precision(compute)));
  }

  private void matrices(ComputeSettings resolved) {
    MatrixProduct product = new MatrixProduct(resolved);
    line(
        "Matrices",
        "%s: as in Java, the largest difference is %.1e"
            .formatted(MatrixProduct.checkedShape(), product.check()));
    line(
        "",
        "%d x %d by %d x %d: %.1f GFLOP/s (median of %d)"
            .formatted(
                GEMM_SIZE,
                GEMM_SIZE,
                GEMM_SIZE,
                GEMM_SIZE,
                product.gigaflops(GEMM_SIZE, GEMM_RUNS),
                GEMM_RUNS));
  }

  private void policy(ComputeSettings resolved, String title, Supplier<Policy> policies) {
    long start = System.nanoTime();
    try (Policy policy = policies.get()) {
      PolicyInfo info = policy.info();
      line(
          "Policy",
          "%s, version %s, on %s in %s, loaded in %.1f s"
              .formatted(
                  title,
                  info.version(),
                  info.device(),
                  precision(resolved),
                  (System.nanoTime() - start) / 1e9));
      ForwardTimes times = ForwardTimes.measure(policy);
      line("Context", "%.2f ms to read a prompt".formatted(times.contextMillis()));
      line("Decoding", "%.2f ms a token".formatted(times.decodeMillis()));
      line(
          "Velocity",
          "%.2f ms a step of one image of %d x %d pixels (%d latent tokens)"
              .formatted(
                  times.velocityMillis(), info.imageSize(), info.imageSize(), info.latentTokens()));
    }
  }

  private static String precision(ComputeSettings compute) {
    return compute.precision().name().toLowerCase(Locale.ROOT);
  }

  private void line(String name, String text) {
    out.println("%-10s %s".formatted(name, text));
  }
}
