package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.Attempt;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Examinee;
import dev.tandem.jobs.evaluation.Judgement;
import dev.tandem.policy.Policy;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Demonstration;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.List;

/**
 * Examines a policy on every prompt and question of a set. What is found depends on the policy and
 * the set alone: each item is computed by itself, from streams of its own.
 */
public final class Examination {
  private final EvaluationSet set;
  private final ExaminationProgress progress;
  private final Examinee examinee;
  private final Drawer drawer;
  private final Planner planner;
  private final Critic critic;

  /**
   * @param policy shared by all threads; the caller closes it
   * @param set prompts, questions and how texts and images are sampled
   */
  public Examination(Policy policy, EvaluationSet set, ExaminationProgress progress) {
    this.set = set;
    this.progress = progress;
    this.examinee = new Examinee(policy, set);
    this.drawer = new Drawer(examinee, set);
    this.planner = new Planner(policy, set);
    this.critic = new Critic(policy, set);
  }

  /** Asks everything, on as many threads. */
  public Findings run(int threads) {
    try (Workers workers = new Workers(threads)) {
      return new Findings(
          workers.map(set.promptCount(), this::prompt, progressOf("prompts", set.promptCount())),
          workers.map(
              set.settings().questions(),
              examinee::choose,
              progressOf("questions", set.settings().questions())));
    }
  }

  private Workers.Progress progressOf(String items, int all) {
    return done -> progress.done(items, done, all);
  }

  private PromptFindings prompt(int number) {
    PromptTask task = task(number);
    RandomKey key = set.sampleKey("attempt", number, 0);
    Attempt attempt = examinee.attempt(task, List.of(key)).get(0);
    return new PromptFindings(
        task,
        Judgement.of(task, drawer.drawRight(task, number)),
        planner.plan(task, number),
        attempt.plan(),
        critic.review(task, attempt.image(), set.sampleKey("own image", number, 0)),
        critic.review(task, rendered(task, number), set.sampleKey("rendered", number, 0)));
  }

  /**
   * A prompt of any text, templates taking turns. Pretraining has read every text of ShapeWorld;
   * what is held out are the seeds of plans, places and noise.
   */
  private PromptTask task(int number) {
    Tag tag = Tag.values()[number % Tag.values().length];
    return PromptTask.draw(tag, set.sampleKey("task", number, 0).random());
  }

  /** A rendered image of what a demonstration for the prompt shows. */
  private RgbImage rendered(PromptTask task, int number) {
    RandomKey key = set.sampleKey("demonstration", number, 0);
    return Renderer.render(Demonstration.draw(task, key.random()).scene());
  }
}
