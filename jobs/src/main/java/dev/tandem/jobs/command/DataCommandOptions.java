package dev.tandem.jobs.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that read a data folder into tables. */
public final class DataCommandOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "folder with JSONL files and the images that they name")
  private String data = "";

  @Option(
      names = "--warehouse",
      paramLabel = "DIR",
      description = "folder of the tables (default: runs/<name of the data folder>/warehouse)")
  private @Nullable String warehouse;

  String data() {
    return data;
  }

  /** The folder of the tables. */
  String warehouse() {
    if (warehouse != null) {
      return warehouse;
    }
    Path name = Path.of(data).toAbsolutePath().normalize().getFileName();
    return Path.of("runs", name == null ? "data" : name.toString(), "warehouse").toString();
  }
}
