package dev.tandem.pairs.completion;

import dev.tandem.frozen.chat.ChatSettings;
import java.io.Serializable;

/**
 * How samples that lack a half get it.
 *
 * @param by who writes it
 * @param rounds times that a sample's new half is written and checked at most
 * @param batch questions that one task asks
 * @param maxFailedShare share of failures with which a build goes on
 * @param endpoint where the model is
 */
public record CompletionConfig(
    By by, int rounds, int batch, double maxFailedShare, ChatSettings endpoint)
    implements Serializable {

  public CompletionConfig {
    require(rounds >= 1, "rounds", rounds, "1 or more");
    require(batch >= 1, "batch", batch, "1 or more");
    require(
        maxFailedShare >= 0 && maxFailedShare <= 1,
        "max_failed_share",
        maxFailedShare,
        "from 0 to 1");
    require(
        by == By.RULES || endpoint.model() != null,
        "endpoint.model",
        "null",
        "the name of the model where by is model");
  }

  /** Who completes samples. */
  public enum By {
    /** Questions from GenEval metadata; other samples stay as they are. */
    RULES,
    /** The same rules, and the model for all samples that they leave. */
    MODEL
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }
}
