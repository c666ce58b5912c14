package dev.tandem.jobs.command;

import dev.tandem.jobs.config.ConfigLoader;
import dev.tandem.jobs.config.TandemConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose a configuration, shared by every command that has one. */
public final class ConfigOptions {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "start from a preset: quickstart, learning-proof, experiment, photographs, pairuni, unigrpo or r3")
  private @Nullable String preset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "a YAML file with the keys that differ")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "override one key, such as run.seed=7; may be repeated")
  private final List<String> assignments = new ArrayList<>();

  /** The configuration, with {@code fallbackPreset} where the user names none. */
  TandemConfig load(@Nullable String fallbackPreset, String... lastAssignments) {
    List<String> all = new ArrayList<>(assignments);
    all.addAll(List.of(lastAssignments));
    return ConfigLoader.load(
        preset == null ? fallbackPreset : preset, file, System.getProperties(), all);
  }
}
