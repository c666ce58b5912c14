package dev.tandem.jobs.command;

import dev.tandem.jobs.doctor.Doctor;
import dev.tandem.policy.ComputeSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code tandem doctor}: does this machine compute, and how fast? */
@Command(
    name = "doctor",
    description = {
      "Tell what this machine has, and try libtorch and a policy on one of its devices.",
      "Exit status 0 when all works, 1 after the first line that says FAILED."
    })
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private final PolicyOption policy = new PolicyOption();
  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() {
    ComputeSettings settings = compute.settings();
    boolean healthy =
        new Doctor(System.out).examine(settings, policy.title(), () -> policy.open(settings));
    return healthy ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
