package dev.tandem.jobs.pretrain;

import static java.util.stream.Collectors.joining;

import dev.tandem.policy.Prompts;
import dev.tandem.policy.training.SupervisedExample;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.AnswerFault;
import dev.tandem.shapeworld.Demonstration;
import dev.tandem.shapeworld.Plan;
import dev.tandem.shapeworld.PlannedObject;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Question;
import dev.tandem.shapeworld.QuestionKind;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Revision;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the bundled policy is taught, drawn without end from a random stream. */
final class Lessons {
  /** The share of reflections on an image that was made for another prompt of the template. */
  private static final double MISTAKEN_SHARE = 0.2;

  /** The share of reflections on an image that looks drawn by a policy, not rendered. */
  private static final double DRAWN_SHARE = 0.5;

  private Lessons() {}

  /** A question about an image and the letter of the answer as demonstrated. */
  static SupervisedExample answer(RandomKey key) {
    CounterRandom random = key.with("answer").random();
    Scene scene =
        random.nextBoolean(0.5) ? Scene.draw(random) : PromptTask.draw(random).scene(random);
    Question question = QuestionKind.drawQuestion(scene, random);
    return new SupervisedExample(
        Prompts.understand(Renderer.render(scene), question.text()),
        AnswerFault.demonstratedAnswer(question, random),
        null,
        key.with("flow"));
  }

  /** An image and all that it shows: many more words about what is seen than an answer's letter. */
  static SupervisedExample describe(RandomKey key) {
    CounterRandom random = key.with("describe").random();
    Scene scene =
        random.nextBoolean(0.5) ? Scene.draw(random) : PromptTask.draw(random).scene(random);
    String description =
        Plan.of(scene).objects().stream().map(PlannedObject::text).collect(joining(", "));
    return new SupervisedExample(
        Prompts.understand(Renderer.render(scene), "What is in the image?"),
        description,
        null,
        key.with("flow"));
  }

  /** A prompt, the plan as demonstrated, and an image that follows the plan. */
  static SupervisedExample reason(RandomKey key) {
    CounterRandom random = key.with("reason").random();
    PromptTask task = PromptTask.draw(random);
    Demonstration demonstration = Demonstration.draw(task, random);
    return new SupervisedExample(
        Prompts.reason(task.prompt()),
        demonstration.plan().text(),
        Renderer.render(demonstration.scene()),
        key.with("flow"));
  }

  /** A prompt and the plan as demonstrated: many more plans than there is time to draw. */
  static SupervisedExample plan(RandomKey key) {
    CounterRandom random = key.with("plan").random();
    return plan(PromptTask.draw(random), random, key);
  }

  /** As {@link #plan}, half of the prompts binding colours or places to objects, hard to read. */
  static SupervisedExample bindingPlan(RandomKey key) {
    CounterRandom random = key.with("binding plan").random();
    PromptTask task =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> PromptTask.draw(Tag.COLOR_ATTR, random);
          case 3 -> PromptTask.draw(Tag.POSITION, random);
          default -> PromptTask.draw(random);
        };
    return plan(task, random, key);
  }

  private static SupervisedExample plan(PromptTask task, CounterRandom random, RandomKey key) {
    return new SupervisedExample(
        Prompts.reason(task.prompt()),
        Demonstration.draw(task, random).plan().text(),
        null,
        key.with("flow"));
  }

  /**
   * An image that was made for a prompt, often a wrong one, what a perfect critic says about it,
   * and the edited image.
   *
   * @param drawn makes a rendered image look drawn by a policy
   */
  static SupervisedExample reflect(RandomKey key, BiFunction<RgbImage, RandomKey, RgbImage> drawn) {
    CounterRandom random = key.with("reflect").random();
    PromptTask task = PromptTask.draw(random);
    Scene scene =
        random.nextBoolean(MISTAKEN_SHARE)
            ? PromptTask.draw(task.tag(), random).scene(random)
            : Demonstration.draw(task, random).scene();
    Revision revision = Revision.of(task, scene, random);
    RgbImage image = Renderer.render(scene);
    if (random.nextBoolean(DRAWN_SHARE)) {
      image = drawn.apply(image, key.with("drawn"));
    }
    return new SupervisedExample(
        Prompts.reflect(image, task.prompt()),
        revision.text(),
        Renderer.render(revision.edited()),
        key.with("flow"));
  }

  /** Many examples of one lesson. */
  static List<SupervisedExample> batch(
      Function<RandomKey, SupervisedExample> lesson, RandomKey key, int size) {
    List<SupervisedExample> examples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      examples.add(lesson.apply(key.with(i)));
    }
    return examples;
  }
}
