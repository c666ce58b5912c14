package dev.tandem.jobs.command;

import dev.tandem.jobs.config.ConfigWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tandem config}: the effective configuration, as a file that loads it again. */
@Command(name = "config", description = "Print the effective configuration as YAML.")
public final class ConfigCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Override
  public void run() {
    System.out.print(ConfigWriter.toYaml(options.load(null)));
  }
}
