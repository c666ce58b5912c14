package dev.tandem.schemas.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.schemas.jsonl.LineFormatException.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the known fields out of an object, one after the other. A known key that holds null stays
 * among the rest: it says nothing, but it is written back.
 */
final class Fields {
  private final Map<String, JsonNode> rest = new LinkedHashMap<>();

  Fields(ObjectNode object) {
    object.properties().forEach(entry -> rest.put(entry.getKey(), entry.getValue()));
  }

  @Nullable String text(String key) throws LineFormatException {
    JsonNode node = take(key);
    return node == null ? null : asText(key, node);
  }

  @Nullable JsonNode list(String key) throws LineFormatException {
    JsonNode node = take(key);
    if (node != null && !node.isArray()) {
      throw wrongType(key, node, "a list");
    }
    return node;
  }

  @Nullable List<String> texts(String key) throws LineFormatException {
    JsonNode list = list(key);
    if (list == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list) {
      texts.add(asText(key + "[" + texts.size() + "]", element));
    }
    return List.copyOf(texts);
  }

  BigDecimal requiredNumber(String key) throws LineFormatException {
    JsonNode node = required(key);
    if (!node.isNumber()) {
      throw wrongType(key, node, "a number");
    }
    return node.decimalValue();
  }

  ObjectNode requiredObject(String key) throws LineFormatException {
    JsonNode node = required(key);
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw wrongType(key, node, "an object");
  }

  /** The fields that nobody took, in their order. */
  Map<String, JsonNode> rest() {
    return Collections.unmodifiableMap(rest);
  }

  private JsonNode required(String key) throws LineFormatException {
    JsonNode node = take(key);
    if (node == null) {
      throw new LineFormatException(
          Kind.MISSING_KEY, "%s is missing (found %s)".formatted(key, rest.keySet()));
    }
    return node;
  }

  private @Nullable JsonNode take(String key) {
    JsonNode node = rest.get(key);
    if (node == null || node.isNull()) {
      return null;
    }
    rest.remove(key);
    return node;
  }

  private static String asText(String key, JsonNode node) throws LineFormatException {
    if (!node.isTextual()) {
      throw wrongType(key, node, "a text");
    }
    return node.textValue();
  }

  private static LineFormatException wrongType(String key, JsonNode node, String expected) {
    return new LineFormatException(
        Kind.WRONG_TYPE, "%s is %s, expected %s".formatted(key, Json.describe(node), expected));
  }
}
