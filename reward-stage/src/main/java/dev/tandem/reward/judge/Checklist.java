package dev.tandem.reward.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.frozen.chat.JsonText;
import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.List;

/**
 * What an image must show, in words, from GenEval metadata with {@code include} and {@code exclude}
 * clauses of class, count, color, size and region; in the words of R3's checklist (arXiv
 * 2602.15772).
 */
final class Checklist {
  private static final String HEAD = "This image should contain:";

  private Checklist() {}

  /**
   * @param metadata a JSON object
   * @throws UserError if it is none, or a clause has no class
   */
  static String of(String metadata) {
    try {
      return of(JsonText.read(metadata));
    } catch (JsonProcessingException e) {
      throw new UserError("Cannot read GenEval metadata: no JSON object", e);
    }
  }

  private static String of(JsonNode metadata) {
    List<String> lines = new ArrayList<>(List.of(HEAD));
    for (JsonNode clause : metadata.path("include")) {
      lines.add("- " + included(clause) + ".");
    }
    for (JsonNode clause : metadata.path("exclude")) {
      int count = count(clause);
      lines.add("- No more than %d %s should appear.".formatted(count - 1, noun(clause, count)));
    }
    // Without a clause the reference ends with the line break behind the head.
    return lines.size() == 1 ? HEAD + "\n" : String.join("\n", lines);
  }

  private static String included(JsonNode clause) {
    int count = count(clause);
    List<String> words = new ArrayList<>();
    if (has(clause, "color")) {
      words.add(clause.path("color").asText() + "-colored");
    }
    if (has(clause, "size")) {
      words.add(clause.path("size").asText());
    }
    words.add(Integer.toString(count));
    words.add(noun(clause, count));
    words.add(
        has(clause, "region")
            ? "located in the %s part of the image".formatted(clause.path("region").asText())
            : "present in the image");
    return String.join(" ", words);
  }

  private static boolean has(JsonNode clause, String key) {
    return !clause.path(key).asText("").isEmpty() && !clause.path(key).isNull();
  }

  private static int count(JsonNode clause) {
    return clause.path("count").asInt(1);
  }

  private static String noun(JsonNode clause, int count) {
    if (!clause.path("class").isTextual()) {
      throw new UserError("Cannot read GenEval metadata: clause %s has no class".formatted(clause));
    }
    return clause.path("class").textValue() + (count > 1 ? "s" : "");
  }
}
