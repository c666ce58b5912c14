package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Judgement;
import dev.tandem.policy.Context;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import java.util.List;

/** Examines reflecting and editing: the policy sees an image and the prompt it was made for. */
final class Critic {
  /** ShapeWorld's longest reflections, those on scenes with nothing right, have 100 tokens. */
  private static final int MAX_TOKENS = 128;

  private final Policy policy;
  private final EvaluationSet set;

  Critic(Policy policy, EvaluationSet set) {
    this.policy = policy;
    this.set = set;
  }

  /** Writes the most likely reflection and draws the edited image if it asks for one. */
  Critique review(PromptTask task, RgbImage image, RandomKey key) {
    Judgement truth = Judgement.of(task, image);
    List<RandomKey> keys = List.of(key);
    try (Context context = policy.encode(Prompts.reflect(image, task.prompt()));
        TextRollout written = policy.generateText(context, TextSampling.greedy(MAX_TOKENS), keys)) {
      String reflection = written.samples().get(0).text();
      if (Critique.leavesAlone(reflection)) {
        return new Critique(image, truth, reflection, image, truth);
      }
      RgbImage edited =
          policy.generateImages(written.context(), set.drawing(), keys).get(0).image();
      return new Critique(image, truth, reflection, edited, Judgement.of(task, edited));
    }
  }
}
