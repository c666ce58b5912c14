package dev.tandem.jobs.command;

import dev.tandem.schemas.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the folder with a run's tables. */
public final class WarehouseOption {
  @Option(
      names = "--warehouse",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart/warehouse",
      description = "folder of the tables (default: ${DEFAULT-VALUE})")
  private String folder = "";

  /**
   * The folder, which must hold tables already. A remote one (hdfs://, s3a://) is left to Spark to
   * find.
   */
  String existing() {
    if (!folder.contains("://")
        && !Files.isDirectory(Path.of(folder, "iterations", "_delta_log"))) {
      throw new UserError(
          ("No tables in '%s' (%s). Run './tandem quickstart' first, or name the folder of a run's"
                  + " tables with --warehouse")
              .formatted(
                  folder,
                  Files.exists(Path.of(folder)) ? "it holds no 'iterations'" : "no such folder"));
    }
    return folder;
  }
}
