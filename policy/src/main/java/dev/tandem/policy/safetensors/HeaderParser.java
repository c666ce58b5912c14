package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns the JSON header into values; types and offsets are checked one entry at a time. */
final class HeaderParser {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  static final String METADATA = "__metadata__";
  private static final Set<String> ENTRY_KEYS = Set.of("dtype", "shape", "data_offsets");

  private final Path file;
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new TreeMap<>();

  HeaderParser(Path file) {
    this.file = file;
  }

  /** The tensors, ordered by their offsets. */
  List<TensorInfo> tensors() {
    return List.copyOf(tensors);
  }

  Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  void parse(String json) {
    try (JsonParser parser = MAPPER.createParser(json)) {
      parseEntries(parser);
    } catch (JsonProcessingException e) {
      throw new UserError(
          String.format(
              "Cannot read tensor file %s: its header is not valid JSON (%s)",
              file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalStateException("Text in memory cannot fail to be read", e);
    }
    tensors.sort(
        Comparator.comparingLong(TensorInfo::begin)
            .thenComparingLong(TensorInfo::end)
            .thenComparing(TensorInfo::name));
  }

  private void parseEntries(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw FileHeader.error(file, "its header is not a JSON object");
    }
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!seen.add(name)) {
        throw FileHeader.error(file, "its header names '" + name + "' twice");
      }
      parser.nextToken();
      JsonNode entry = MAPPER.readTree(parser);
      if (name.equals(METADATA)) {
        parseMetadata(entry);
      } else {
        tensors.add(parseTensor(name, entry));
      }
    }
    if (parser.nextToken() != null) {
      throw FileHeader.error(file, "its header has text after the JSON object");
    }
  }

  private void parseMetadata(JsonNode entry) {
    if (!entry.isObject()) {
      throw FileHeader.error(file, METADATA + " is " + entry + ", expected an object of strings");
    }
    entry
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isTextual()) {
                throw FileHeader.error(
                    file,
                    String.format(
                        "%s entry '%s' is %s, expected a string",
                        METADATA, field.getKey(), field.getValue()));
              }
              metadata.put(field.getKey(), field.getValue().textValue());
            });
  }

  private TensorInfo parseTensor(String name, JsonNode entry) {
    checkKeys(name, entry);
    JsonNode typeName = entry.path("dtype");
    DataType type =
        DataType.find(typeName.asText())
            .orElseThrow(
                () ->
                    tensorError(
                        name,
                        "dtype " + typeName + ", expected one of " + List.of(DataType.values())));
    List<Long> shape = parseSizes(name, "shape", entry.path("shape"));
    List<Long> offsets = parseSizes(name, "data_offsets", entry.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw tensorError(
          name, "data_offsets " + offsets + ", expected two numbers in ascending order");
    }
    return new TensorInfo(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private void checkKeys(String name, JsonNode entry) {
    Set<String> found = new HashSet<>();
    Iterator<String> names = entry.fieldNames();
    names.forEachRemaining(found::add);
    if (!found.equals(ENTRY_KEYS)) {
      throw tensorError(name, "the entry " + entry + ", expected dtype, shape and data_offsets");
    }
  }

  private List<Long> parseSizes(String name, String key, JsonNode array) {
    List<Long> sizes = new ArrayList<>();
    boolean valid = array.isArray();
    if (valid) {
      for (JsonNode size : array) {
        valid &= size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0;
        sizes.add(size.longValue());
      }
    }
    if (!valid) {
      throw tensorError(name, key + " " + array + ", expected a list of whole numbers from 0 on");
    }
    return sizes;
  }

  private UserError tensorError(String name, String problem) {
    return FileHeader.error(file, "tensor '" + name + "' has " + problem);
  }
}
