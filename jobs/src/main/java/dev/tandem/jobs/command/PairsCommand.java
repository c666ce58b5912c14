package dev.tandem.jobs.command;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.report.PairReport;
import dev.tandem.jobs.report.PairSheet;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.jobs.train.Console;
import dev.tandem.jobs.train.Curation;
import dev.tandem.pairs.PairExport;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem pairs}: import, embed, pair, export. */
@Command(
    name = "pairs",
    description = "Import a data folder, build understanding-generation pairs, export them.")
public final class PairsCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Mixin private final DataCommandOptions folders = new DataCommandOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "folder for pairs.jsonl and its images: new, empty or an earlier export")
  private Path out = Path.of("");

  @Override
  public void run() {
    TandemConfig config = options.load(null);
    try (JobSession session = JobSession.start("tandem pairs");
        Console console = Console.open()) {
      Warehouse warehouse = Warehouse.open(session.spark(), folders.warehouse());
      Curation curation = new Curation(warehouse, console);
      curation.importFolder(folders.data(), config.data());
      curation.buildPairs(config);
      console.print(System.lineSeparator() + PairReport.of(warehouse) + System.lineSeparator());
      console.doing("exporting");
      PairExport.Summary written = PairExport.write(warehouse, out);
      console.print(
          "Export: %d pairs with %d images in %s"
              .formatted(written.pairs(), written.images(), written.lines()));
      Path sheet = out.resolve("pairs.png");
      int shown = PairSheet.write(warehouse, sheet);
      console.print(
          "Picture: %d pairs, from the most to the least similar, in %s".formatted(shown, sheet));
      console.print("Tables: " + folders.warehouse());
    }
  }
}
