package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the header's entry of one tensor: {@code dtype}, {@code shape}, {@code data_offsets}. */
final class TensorParser {
  /** No model comes near; every axis takes memory before the shape can be compared to the data. */
  private static final int MAXIMAL_AXES = 16;

  private static final int OFFSETS = 2;

  private final Path file;
  private final String name;
  private final JsonParser parser;
  private @Nullable DataType type;
  private @Nullable List<Long> shape;
  private @Nullable List<Long> offsets;

  TensorParser(Path file, String name, JsonParser parser) {
    this.file = file;
    this.name = name;
    this.parser = parser;
  }

  /** Starts at the entry's first token and ends at its last. */
  TensorInfo parse() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw error(
          "the entry " + TensorJson.found(parser) + ", expected dtype, shape and data_offsets");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      parseValue(key);
    }
    DataType type = present("dtype", this.type);
    List<Long> shape = present("shape", this.shape);
    List<Long> offsets = present("data_offsets", this.offsets);
    if (offsets.size() != OFFSETS || offsets.get(0) > offsets.get(1)) {
      throw error("data_offsets " + offsets + ", expected two numbers in ascending order");
    }
    return new TensorInfo(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private void parseValue(String key) throws IOException {
    switch (key) {
      case "dtype" -> {
        checkOnce(key, type);
        type = parseType();
      }
      case "shape" -> {
        checkOnce(key, shape);
        shape = parseNumbers(key, MAXIMAL_AXES);
      }
      case "data_offsets" -> {
        checkOnce(key, offsets);
        offsets = parseNumbers(key, OFFSETS);
      }
      default ->
          throw error("the unknown key '" + key + "', expected dtype, shape and data_offsets");
    }
  }

  private DataType parseType() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      var found = DataType.find(parser.getText());
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw error(
        "dtype " + TensorJson.found(parser) + ", expected one of " + List.of(DataType.values()));
  }

  private List<Long> parseNumbers(String key, int maximum) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw error(key + " " + TensorJson.found(parser) + ", expected a list of whole numbers");
    }
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (numbers.size() == maximum) {
        throw error("more than " + maximum + " numbers in " + key);
      }
      numbers.add(parseNumber(key));
    }
    return numbers;
  }

  private long parseNumber(String key) throws IOException {
    boolean valid =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
            && parser.getTextCharacters()[parser.getTextOffset()] != '-';
    if (!valid) {
      throw error(
          String.format(
              "%s in %s, expected whole numbers from 0 to %d",
              TensorJson.found(parser), key, Long.MAX_VALUE));
    }
    return parser.getLongValue();
  }

  private void checkOnce(String key, @Nullable Object earlier) {
    if (earlier != null) {
      throw error("its " + key + " twice");
    }
  }

  private <T> T present(String key, @Nullable T value) {
    if (value == null) {
      throw error("no " + key + ", expected dtype, shape and data_offsets");
    }
    return value;
  }

  private UserError error(String problem) {
    return FileHeader.error(file, "tensor '" + name + "' has " + problem);
  }
}
