package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Examinee;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import java.util.List;

/** Examines drawing alone: after a right plan, whatever the policy would have planned itself. */
final class Drawer {
  private final Examinee examinee;
  private final EvaluationSet set;

  Drawer(Examinee examinee, EvaluationSet set) {
    this.examinee = examinee;
    this.set = set;
  }

  /** Draws after a right plan. */
  RgbImage drawRight(PromptTask task, int number) {
    RandomKey key = set.sampleKey("drawing", number, 0);
    String plan = task.plan(key.with("plan").random()).text();
    return examinee.drawn(task, plan, List.of(key)).get(0);
  }
}
