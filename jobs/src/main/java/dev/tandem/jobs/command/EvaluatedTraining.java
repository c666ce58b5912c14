package dev.tandem.jobs.command;

import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import dev.tandem.jobs.evaluation.Evaluator;
import java.util.List;

/**
 * A run from its samples to what it learned: curation, evaluation, training, evaluation.
 *
 * @param lastIteration whose policy was evaluated
 * @param comparison before and after
 */
record EvaluatedTraining(int lastIteration, Comparison comparison) {

  /** Does what of it is not done yet. */
  static EvaluatedTraining of(RunSession run) {
    run.curation().run(run.config());
    Evaluator evaluator = run.evaluator();
    List<Answer> before = evaluate(run, evaluator, 0, "starting");
    int last = run.trainingLoop().run();
    List<Answer> after = evaluate(run, evaluator, last, "trained");
    return new EvaluatedTraining(last, new Comparison(before, after));
  }

  private static List<Answer> evaluate(
      RunSession run, Evaluator evaluator, int iteration, String which) {
    run.console().doing("evaluating the %s policy".formatted(which));
    List<Answer> answers = evaluator.evaluate(iteration, run.folder().sharedCheckpoint(iteration));
    run.console().print("Evaluated the %s policy: %d answers".formatted(which, answers.size()));
    return answers;
  }
}
