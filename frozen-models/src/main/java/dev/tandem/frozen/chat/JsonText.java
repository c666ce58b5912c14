package dev.tandem.frozen.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * The JSON of an answer. Models without guided decoding wrap it in a fence or in words: where the
 * whole text is no JSON, what lies between its first and its last brace is read.
 */
public final class JsonText {
  private JsonText() {}

  /**
   * @throws JsonProcessingException if neither is JSON; NaN, a repeated key and text after the
   *     value are not
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      int open = text.indexOf('{');
      int close = text.lastIndexOf('}');
      if (open < 0 || close < open) {
        throw e;
      }
      return Json.MAPPER.readTree(text.substring(open, close + 1));
    }
  }
}
