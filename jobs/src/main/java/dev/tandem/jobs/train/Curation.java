package dev.tandem.jobs.train;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.data.ShapeWorldSource;
import dev.tandem.pairs.PairBuild;
import dev.tandem.pairs.PairProgress;
import dev.tandem.pairs.PairSummary;
import dev.tandem.pairs.imports.ImportConfig;
import dev.tandem.pairs.imports.ImportJob;
import dev.tandem.pairs.imports.ImportResult;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

/** Makes the samples and pairs of a run; every step may be repeated. */
public final class Curation {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Warehouse warehouse;
  private final Console console;

  public Curation(Warehouse warehouse, Console console) {
    this.warehouse = warehouse;
    this.console = console;
  }

  /** Samples from the configured source, then pairs. */
  public void run(TandemConfig config) {
    String folder = config.data().folder();
    if (folder == null) {
      makeSamples(config);
    } else {
      importFolder(folder, config.data());
    }
    buildPairs(config);
  }

  private void makeSamples(TandemConfig config) {
    if (warehouse.read(Table.SAMPLES).isEmpty()) {
      console.doing("drawing ShapeWorld samples");
      int perSide = config.data().shapeworldSamples();
      warehouse.append(
          Table.SAMPLES,
          new ShapeWorldSource(config.run().seed())
              .samples(warehouse.spark(), perSide)
              .coalesce(1));
      console.print("Samples: %d of each side from ShapeWorld".formatted(perSide));
    }
  }

  /** Imports the JSONL files of a folder and prints what came of it. */
  public void importFolder(String folder, TandemConfig.Data data) {
    console.doing("importing " + folder);
    ImportResult result =
        new ImportJob(warehouse, ImportConfig.of(folder, data.maxPixels(), data.maxBadShare()))
            .run();
    String sides =
        result.samplesBySide().entrySet().stream()
            .map(
                side ->
                    side.getValue() + " " + side.getKey().name().toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.joining(", "));
    console.print(
        "Import of %s: %d files, %d lines, %d samples (%s), %d new, %d duplicates"
            .formatted(
                folder,
                result.files(),
                result.lines(),
                result.samples(),
                sides,
                result.added(),
                result.duplicates()));
    if (result.bad() > 0) {
      String reasons =
          result.badByReason().entrySet().stream()
              .map(reason -> reason.getKey().label() + " " + reason.getValue())
              .collect(Collectors.joining(", "));
      console.print("  quarantined: %d (%s)".formatted(result.bad(), reasons));
    }
  }

  /** Builds the pairs and prints what came of it. */
  public void buildPairs(TandemConfig config) {
    PairSummary summary =
        PairBuild.run(
            warehouse,
            config.pairs().build(config.run().seed()),
            config.pairs().model(),
            config.pairs().screening(),
            progress());
    if (config.pairs().model().isPresent()) {
      printCompletion(summary.completion());
    }
    console.print(
        "Pairs: %d (%d aligned, %d retrieved at %s) of %d generation and %d understanding images"
            .formatted(
                summary.pairs(),
                summary.pairing().aligned(),
                summary.pairing().retrieved(),
                config.pairs().threshold(),
                summary.pairing().generation(),
                summary.pairing().understanding()));
    printSearch(summary.pairing());
  }

  private void printSearch(PairSummary.Pairing found) {
    if (found.audited()) {
      console.print(
          "Search: the nearest clusters hold %.4f of the edges of %d audited images%s"
              .formatted(
                  found.recall(),
                  found.auditedQueries(),
                  found.fellBack() ? ", too few: all images were compared" : ""));
    }
  }

  private void printCompletion(PairSummary.Completion completion) {
    console.print(
        "Completion: %d samples completed, %d contradicted (table quarantine), %d failed (table model_replies), %d cannot be completed"
            .formatted(
                completion.completed(),
                completion.contradicted(),
                completion.failed(),
                completion.incompletable()));
  }

  /** Lines that stay only from steps that take long. */
  private PairProgress progress() {
    return new PairProgress() {
      private Instant last = Instant.now();

      @Override
      public void doing(String what) {
        console.doing(what);
      }

      @Override
      public void done(String what) {
        if (Duration.between(last, Instant.now()).compareTo(BETWEEN_LINES) < 0) {
          console.doing(what);
        } else {
          console.print(what);
          last = Instant.now();
        }
      }
    };
  }
}
