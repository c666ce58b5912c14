package dev.tandem.jobs.command;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.experiments.Experiment;
import dev.tandem.jobs.experiments.ExperimentReport;
import dev.tandem.jobs.experiments.Outcome;
import dev.tandem.jobs.experiments.RunMetrics;
import dev.tandem.jobs.experiments.Variant;
import dev.tandem.jobs.train.RunFolder;
import dev.tandem.schemas.UserError;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tandem experiments}: the comparisons of the papers in miniature. Each variant and seed is
 * a run of its own; one that was interrupted goes on, one that is done is only read.
 */
@Command(
    name = "experiments",
    description = {
      "Compare settings over several seeds: modalities, regularisers, guidance, pair-weights, pairs.",
      "Writes <run.folder>/<NAME>.md with the changes of the held-out scores and their intervals."
    })
public final class ExperimentsCommand implements Runnable {
  /** Iterations whose mean stands for the beginning and for the end of a run. */
  private static final int WINDOW = 5;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Parameters(paramLabel = "NAME", description = "which comparison")
  private String name = "";

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "runs of each variant, with the seeds 1 to N (default: ${DEFAULT-VALUE})")
  private int seeds = 3;

  @Override
  public void run() {
    Experiment experiment = experiment();
    if (seeds < 1) {
      throw new UserError("Invalid --seeds: %d (must be at least 1)".formatted(seeds));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      for (Variant variant : experiment.variants()) {
        outcomes.add(outcome(variant, config(experiment, variant, seed)));
      }
    }
    String page = new ExperimentReport(experiment, outcomes).markdown();
    System.out.println();
    System.out.println(page);
    System.out.println("Written to " + write(page, options.load("experiment").run()));
  }

  private Experiment experiment() {
    return Experiment.ALL.stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "Unknown experiment '%s' (known: %s)"
                        .formatted(
                            name,
                            Experiment.ALL.stream()
                                .map(Experiment::name)
                                .collect(Collectors.joining(", ")))));
  }

  private TandemConfig config(Experiment experiment, Variant variant, int seed) {
    List<String> assignments = new ArrayList<>(experiment.common());
    assignments.addAll(variant.assignments());
    assignments.add("run.seed=" + seed);
    assignments.add("run.name=%s-%s-%d".formatted(experiment.name(), variant.name(), seed));
    return options.load("experiment", assignments.toArray(new String[0]));
  }

  private static Outcome outcome(Variant variant, TandemConfig config) {
    try (RunSession run = RunSession.open(config)) {
      EvaluatedTraining done = EvaluatedTraining.of(run);
      RunMetrics metrics = new RunMetrics(run.warehouse(), config.run().name());
      int last = done.lastIteration();
      return new Outcome(
          variant.name(),
          config.run().seed(),
          done.comparison(),
          metrics.means(1, Math.min(WINDOW, last)),
          metrics.means(Math.max(1, last - WINDOW + 1), last),
          metrics.seconds());
    }
  }

  /** Beside the folders of the runs, as one of their files. */
  private String write(String page, TandemConfig.Run run) {
    RunFolder folder = RunFolder.parent(run);
    String file = name + ".md";
    folder.write(file, path -> Files.writeString(path, page));
    return folder.place() + "/" + file;
  }
}
