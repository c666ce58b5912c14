package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;

/**
 * A quadruple for both sides of training: an image, a prompt that it satisfies, a question about it
 * and (in the question) the answer.
 *
 * @param scene what the image shows
 * @param task the prompt with its metadata
 * @param question about the image
 */
public record Sample(Scene scene, PromptTask task, Question question) {

  /** The sample of an identity: a prompt of a random template, a right scene, a question. */
  public static Sample draw(RandomKey key) {
    CounterRandom random = key.random();
    PromptTask task = PromptTask.draw(random);
    Scene scene = task.scene(random);
    return new Sample(scene, task, QuestionKind.drawQuestion(scene, random));
  }
}
