package dev.tandem.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** The metadata of a sample as far as rewards look at it. */
final class Metadata {
  private Metadata() {}

  /** Whether the JSON object has a non-empty list {@code include}. */
  static boolean hasInclude(String metadata) {
    try {
      JsonNode include = Json.MAPPER.readTree(metadata).path("include");
      return include.isArray() && !include.isEmpty();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
