package dev.tandem.policy;

import dev.tandem.schemas.image.RgbImage;
import java.util.List;

/**
 * The contexts of each kind of rollout: the same in pretraining, rollouts and replays, but for the
 * {@link SystemPrompts} of a run.
 */
public final class Prompts {
  private Prompts() {}

  /** A question about an image; the policy answers with text. */
  public static List<Segment> understand(RgbImage image, String question) {
    return List.of(new Segment.VitImage(image), new Segment.Text(question));
  }

  /** A prompt; the policy writes a plan and then draws. */
  public static List<Segment> reason(String prompt) {
    return List.of(new Segment.Text(prompt));
  }

  /** An image and its prompt; the policy reflects, then edits the image. */
  public static List<Segment> reflect(RgbImage image, String prompt) {
    return List.of(
        new Segment.VaeImage(image), new Segment.VitImage(image), new Segment.Text(prompt));
  }
}
