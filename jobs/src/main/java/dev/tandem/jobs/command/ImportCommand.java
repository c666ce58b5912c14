package dev.tandem.jobs.command;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.jobs.train.Console;
import dev.tandem.jobs.train.Curation;
import dev.tandem.schemas.warehouse.Warehouse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tandem import}: JSONL files and images into the table {@code samples}. */
@Command(
    name = "import",
    description = "Read JSONL files and their images into the table 'samples'.")
public final class ImportCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Mixin private final DataCommandOptions folders = new DataCommandOptions();

  @Override
  public void run() {
    TandemConfig config = options.load(null);
    try (JobSession session = JobSession.start("tandem import");
        Console console = Console.open()) {
      Warehouse warehouse = Warehouse.open(session.spark(), folders.warehouse());
      new Curation(warehouse, console).importFolder(folders.data(), config.data());
      console.print("Tables: " + folders.warehouse());
    }
  }
}
