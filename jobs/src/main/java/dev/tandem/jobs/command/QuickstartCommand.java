package dev.tandem.jobs.command;

import dev.tandem.jobs.evaluation.Comparison;
import dev.tandem.jobs.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code tandem quickstart}: the whole pipeline, small: ShapeWorld samples, pairs, training on both
 * sides of the pairs, evaluation before and after. Stopped at any moment, the same command goes on.
 */
@Command(
    name = "quickstart",
    description = "Train the bundled policy on ShapeWorld and show what it learned, in minutes.")
public final class QuickstartCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Override
  public void run() {
    try (RunSession run = RunSession.open(options.load("quickstart"))) {
      EvaluatedTraining done = EvaluatedTraining.of(run);
      report(run, done.lastIteration(), done.comparison());
    }
  }

  private static void report(RunSession run, int last, Comparison comparison) {
    Report report = new Report(System.out);
    System.out.println();
    report.printComparison(comparison);
    run.folder().writePicture(file -> report.writePicture(comparison, file));
    System.out.println("Trained policy: " + run.folder().sharedCheckpoint(last));
    System.out.println("Tables: " + run.folder().warehouse());
    System.out.println(
        "  ./tandem sql --warehouse %s \"show views\"".formatted(run.folder().warehouse()));
    run.warehouse().registerViews();
    report.printQueries(run.warehouse().spark());
  }
}
