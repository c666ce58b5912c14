package dev.tandem.jobs.command;

import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import dev.tandem.jobs.evaluation.Evaluator;
import dev.tandem.jobs.report.Report;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tandem evaluate}: a run's starting policy against its newest one, on held-out items. */
@Command(
    name = "evaluate",
    description =
        "Compare a run's starting policy and its newest one on held-out ShapeWorld items.")
public final class EvaluateCommand implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Override
  public void run() {
    try (RunSession run = RunSession.open(options.load("quickstart"))) {
      Evaluator evaluator = run.evaluator();
      int last = run.trainingLoop().lastIteration();
      run.console().doing("evaluating");
      List<Answer> before = evaluator.evaluate(0, run.folder().sharedCheckpoint(0));
      List<Answer> after = evaluator.evaluate(last, run.folder().sharedCheckpoint(last));
      run.console().print("The policy after iteration %d against the start:".formatted(last));
      new Report(System.out).printComparison(new Comparison(before, after));
    }
  }
}
