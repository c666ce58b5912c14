package dev.tandem.policy.bagel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Sizes by key in a JSON file. Errors name the file and the key.
 *
 * @param file where they stand
 * @param object the JSON object; a missing node has no keys
 */
record Sizes(Path file, JsonNode object) {

  static Sizes read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      if (!root.isObject()) {
        throw new UserError(
            "Cannot read the policy's sizes from " + file + ": expected a JSON object");
      }
      return new Sizes(file, root);
    } catch (IOException e) {
      throw new UserError("Cannot read the policy's sizes from " + file + ": " + e.getMessage(), e);
    }
  }

  /** The object below a key; without keys where there is none. */
  Sizes section(String key) {
    return new Sizes(file, object.path(key));
  }

  /** A positive whole number. */
  int count(String key) {
    return count(key, required(key));
  }

  int count(String key, int otherwise) {
    return isStated(key) ? count(key) : otherwise;
  }

  /** A list of positive whole numbers. */
  int[] counts(String key, int[] otherwise) {
    if (!isStated(key)) {
      return otherwise;
    }
    JsonNode list = required(key);
    if (!list.isArray() || list.isEmpty()) {
      throw wrong(key, list, "a list of positive whole numbers");
    }
    int[] counts = new int[list.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = count(key, list.get(i));
    }
    return counts;
  }

  /** Any number. */
  double number(String key) {
    JsonNode value = required(key);
    if (!value.isNumber()) {
      throw wrong(key, value, "a number");
    }
    return value.doubleValue();
  }

  double number(String key, double otherwise) {
    return isStated(key) ? number(key) : otherwise;
  }

  private int count(String key, JsonNode value) {
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 1) {
      throw wrong(key, value, "a positive whole number");
    }
    return value.intValue();
  }

  private boolean isStated(String key) {
    return object.hasNonNull(key);
  }

  private JsonNode required(String key) {
    if (!isStated(key)) {
      throw new UserError("Cannot read the policy's sizes from %s: no key %s".formatted(file, key));
    }
    return object.get(key);
  }

  private UserError wrong(String key, JsonNode found, String expected) {
    return new UserError(
        "Cannot read the policy's sizes from %s: key %s is %s, expected %s"
            .formatted(file, key, found, expected));
  }
}
