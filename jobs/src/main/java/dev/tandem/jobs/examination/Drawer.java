package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.policy.Context;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import java.util.ArrayList;
import java.util.List;

/**
 * Examines drawing alone: the policy reads the prompt and a plan as if it had written it. Text that
 * is read and text that was written leave the same tokens at the same positions.
 */
final class Drawer {
  private final Policy policy;
  private final EvaluationSet set;

  Drawer(Policy policy, EvaluationSet set) {
    this.policy = policy;
    this.set = set;
  }

  /** Draws after a right plan. */
  RgbImage drawRight(PromptTask task, int number) {
    RandomKey key = set.sampleKey("drawing", number, 0);
    return draw(task, task.plan(key.with("plan").random()).text(), key);
  }

  /** Draws after the given plan. */
  RgbImage draw(PromptTask task, String plan, RandomKey key) {
    List<Segment> segments = new ArrayList<>(Prompts.reason(task.prompt()));
    segments.add(new Segment.Text(plan));
    try (Context context = policy.encode(segments)) {
      return policy.generateImages(context, set.drawing(), List.of(key)).get(0).image();
    }
  }
}
