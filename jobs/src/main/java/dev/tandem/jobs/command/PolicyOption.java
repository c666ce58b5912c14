package dev.tandem.jobs.command;

import dev.tandem.jobs.train.RunFolder;
import dev.tandem.jobs.train.StartPolicy;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The policy that a command looks at. */
final class PolicyOption {
  @Option(
      names = "--policy",
      paramLabel = "DIR",
      description = "the policy's folder; without it, the bundled policy")
  private @Nullable Path folder;

  /** How messages call it. */
  String title() {
    return folder == null ? "bundled" : folder.toString();
  }

  /** Loads it; the caller closes it. */
  Policy open(ComputeSettings compute) {
    if (folder != null) {
      return Policies.load(folder, compute);
    }
    try {
      Path parent = Files.createTempDirectory("tandem-policy");
      try {
        Path copy = parent.resolve("bundled");
        StartPolicy.copy(null, copy);
        return Policies.load(copy, compute);
      } finally {
        RunFolder.delete(parent);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack the bundled policy", e);
    }
  }
}
