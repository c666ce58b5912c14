package dev.tandem.jobs.command;

import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Precision;
import picocli.CommandLine.Option;

/** Where a command computes and how exactly. */
final class ComputeOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "auto, cpu, cuda or a numbered one such as cuda:1 (default: ${DEFAULT-VALUE})")
  private String device = "auto";

  @Option(
      names = "--precision",
      paramLabel = "NUMBERS",
      description =
          "auto (bfloat16 on a GPU), float32 or bfloat16, in any case (default: ${DEFAULT-VALUE})")
  private Precision precision = Precision.AUTO;

  ComputeSettings settings() {
    return new ComputeSettings(ComputeDevice.parse(device), precision);
  }
}
