package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.data.HeldOut;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Sample;
import dev.tandem.shapeworld.geneval.Tag;
import java.io.Serializable;

/**
 * The held-out prompts and questions: what each is depends on the settings and its number alone, so
 * tasks ship numbers.
 *
 * @param settings sizes and seed
 * @param systemPrompts before every context
 */
public record EvaluationSet(TandemConfig.Evaluation settings, SystemPrompts systemPrompts)
    implements Serializable {

  /** A set for policies that are told nothing. */
  public EvaluationSet(TandemConfig.Evaluation settings) {
    this(settings, SystemPrompts.NONE);
  }

  /** Number of prompts over all templates. */
  public int promptCount() {
    return settings.prompts() * Tag.values().length;
  }

  /** The prompt with the number, templates taking turns. */
  public PromptTask prompt(int number) {
    Tag tag = Tag.values()[number % Tag.values().length];
    return HeldOut.drawHeldOut(tag, key("prompts", number).random());
  }

  /** Identity of a prompt: equal texts with different numbers are different items. */
  static String promptId(PromptTask task, int number) {
    return "%s-%03d".formatted(task.tag().word(), number);
  }

  /** A question about an image that no training sample shows. */
  Sample question(int number) {
    return Sample.draw(key("questions", number));
  }

  /** How images are drawn: deterministically. */
  public ImageSampling drawing() {
    return ImageSampling.ode(settings.steps(), settings.shift());
  }

  /** Items of a suite. */
  int itemCount(Suite suite) {
    return suite.asks() ? settings.questions() : promptCount();
  }

  /** The stream of a sample; the same whatever policy is evaluated. */
  public RandomKey sampleKey(String suite, int number, int seed) {
    return key(suite, number).with("sample").with(seed);
  }

  private RandomKey key(String suite, int number) {
    return RandomKey.of(settings.seed()).with("evaluation").with(suite).with(number);
  }
}
