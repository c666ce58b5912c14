package dev.tandem.policy;

import dev.tandem.schemas.image.RgbImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a policy is told before it reads a context, such as how to write down its thoughts: the
 * contexts of {@link Prompts} behind the stage's system prompt. Policies that learned to think
 * without one need none. Rollouts, replays and evaluations of a run have the same.
 *
 * @param understand before an image and a question; null for none
 * @param reason before a prompt; null for none
 */
public record SystemPrompts(@Nullable String understand, @Nullable String reason)
    implements Serializable {

  /** No stage is told anything. */
  public static final SystemPrompts NONE = new SystemPrompts(null, null);

  public SystemPrompts {
    requireText("understand", understand);
    requireText("reason", reason);
  }

  private static void requireText(String stage, @Nullable String text) {
    if (text != null && text.isBlank()) {
      throw new IllegalArgumentException(
          "Invalid %s: '%s' (must have a word, or be null for none)".formatted(stage, text));
    }
  }

  /** {@link Prompts#understand} behind its system prompt. */
  public List<Segment> understand(RgbImage image, String question) {
    return behind(understand, Prompts.understand(image, question));
  }

  /** {@link Prompts#reason} behind its system prompt. */
  public List<Segment> reason(String prompt) {
    return behind(reason, Prompts.reason(prompt));
  }

  private static List<Segment> behind(@Nullable String text, List<Segment> context) {
    if (text == null) {
      return context;
    }
    List<Segment> segments = new ArrayList<>(context.size() + 1);
    segments.add(new Segment.SystemPrompt(text));
    segments.addAll(context);
    return List.copyOf(segments);
  }
}
