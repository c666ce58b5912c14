package dev.tandem.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Details of rewards as JSON objects. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** An object with one entry. */
  static String object(String key, @Nullable Object value) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    entries.put(key, value);
    return write(entries);
  }

  /** An object with two entries. */
  static String object(String key1, @Nullable Object value1, String key2, @Nullable Object value2) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    entries.put(key1, value1);
    entries.put(key2, value2);
    return write(entries);
  }

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write as JSON: " + value.getClass(), e);
    }
  }
}
