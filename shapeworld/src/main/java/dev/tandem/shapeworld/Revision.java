package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import java.util.List;

/**
 * What a perfect critic says about an image that was made for a prompt, and the mended image.
 *
 * @param thought what is wrong, for example {@code one circle is missing}
 * @param edit what to change; no steps where the image satisfies the prompt
 * @param edited the scene after the edit; the very same one where nothing is to change
 */
public record Revision(String thought, Edit edit, Scene edited) {
  private static final String ALL_RIGHT = "the image is right";

  /** Compares a scene with a prompt. What the prompt leaves open about new objects is drawn. */
  public static Revision of(PromptTask task, Scene scene, CounterRandom random) {
    if (task.isSatisfiedBy(scene)) {
      return new Revision(ALL_RIGHT, new Edit(List.of()), scene);
    }
    Reviser reviser = new Reviser(task, scene, random);
    Edit edit = reviser.revise();
    return new Revision(reviser.thought(), edit, edit.apply(scene, random));
  }

  /** Reflection and instruction as the policy writes them: {@code <think>thought</think>edit}. */
  public String text() {
    return "<think>" + thought + "</think>" + edit.text();
  }
}
