package dev.tandem.reward;

import dev.tandem.schemas.Identifiers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What identifies a score: the reward with its version, and all that it looks at by {@link
 * Reward#needs}. Equal keys promise equal scores, whatever run they are of.
 */
final class ContentKey {
  private static final String NOTHING = "";

  private ContentKey() {}

  /** 64 hex digits. */
  static String of(Reward reward, String version, ScoringInput input) {
    StringBuilder identity = new StringBuilder();
    add(identity, reward.name());
    add(identity, version);
    reward.needs().stream()
        .sorted()
        .forEach(
            need -> {
              add(identity, need.name());
              add(identity, content(need, input));
            });
    add(identity, new TreeMap<>(input.before()).toString());
    return sha256(identity.toString());
  }

  private static String content(Need need, ScoringInput input) {
    ScoringInput.Sample sample = input.sample();
    return switch (need) {
      case PROMPT -> input.prompt().orElse(NOTHING);
      case TEXT -> input.text().orElse(NOTHING);
      case TOKENS -> input.tokens().toString();
      case IMAGE -> digest(input.image());
      case ANSWER -> sha256(sample.answer() + "|" + sample.question() + "|" + sample.options());
      case METADATA, QUESTIONS -> sample.tag().orElse(NOTHING) + "|" + sample.metadata();
      case REFERENCE_IMAGE -> digest(sample.image());
    };
  }

  private static String digest(Optional<byte[]> image) {
    return image.map(Identifiers::sha256).orElse(NOTHING);
  }

  private static String sha256(String text) {
    return Identifiers.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** With its length, so that no two lists of parts read the same. */
  private static void add(StringBuilder identity, String part) {
    identity.append(part.length()).append(':').append(part);
  }
}
