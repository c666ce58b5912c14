package dev.tandem.jobs.command;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.report.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem train}: import or draw samples, build pairs, train. */
@Command(
    name = "train",
    description = {
      "Train a policy: samples, pairs, then iterations of rollouts, rewards and updates.",
      "With --data and no preset, the preset 'photographs' sets rewards that suit photographs."
    })
public final class TrainCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "JSONL files and images to train on (data.folder; default: ShapeWorld)")
  private @Nullable String data;

  @Option(names = "--iterations", paramLabel = "N", description = "run.iterations")
  private @Nullable Integer iterations;

  @Override
  public void run() {
    List<String> assignments = new ArrayList<>();
    if (data != null) {
      assignments.add("data.folder=" + data);
    }
    if (iterations != null) {
      assignments.add("run.iterations=" + iterations);
    }
    TandemConfig config =
        options.load(
            data == null ? "quickstart" : "photographs", assignments.toArray(new String[0]));
    try (RunSession run = RunSession.open(config)) {
      int last = config.evaluation().aroundTraining() ? evaluated(run) : trained(run);
      run.console()
          .print(
              "Trained to iteration %d: %s".formatted(last, run.folder().sharedCheckpoint(last)));
      run.console().print("Tables: " + run.folder().warehouse());
    }
  }

  private static int trained(RunSession run) {
    run.curation().run(run.config());
    return run.trainingLoop().run();
  }

  private static int evaluated(RunSession run) {
    EvaluatedTraining done = EvaluatedTraining.of(run);
    Report report = new Report(System.out);
    System.out.println();
    report.printComparison(done.comparison());
    run.folder().writePicture(file -> report.writePicture(done.comparison(), file));
    return done.lastIteration();
  }
}
