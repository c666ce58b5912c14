package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header's entries of tensors, one after the other: {@code dtype}, {@code shape}, {@code
 * data_offsets}. An entry leaves little behind, for a header may have very many.
 */
final class TensorParser {
  /** No model comes near; every axis takes memory before the shape can be compared to the data. */
  private static final int MAXIMAL_AXES = 16;

  private final Path file;
  private final JsonParser parser;
  private final Numbers shape = new Numbers(MAXIMAL_AXES);
  private final Numbers offsets = new Numbers(2);
  private String name = "";
  private @Nullable DataType type;

  TensorParser(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Starts at the entry's first token and ends at its last. */
  TensorInfo parse(String tensor) throws IOException {
    name = tensor;
    type = null;
    shape.present = false;
    offsets.present = false;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw error(
          "the entry " + TensorJson.found(parser) + ", expected dtype, shape and data_offsets");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      parseValue(key);
    }
    return entry();
  }

  private void parseValue(String key) throws IOException {
    switch (key) {
      case "dtype" -> parseType();
      case "shape" -> parseNumbers(key, shape);
      case "data_offsets" -> parseNumbers(key, offsets);
      default ->
          throw error("the unknown key '" + key + "', expected dtype, shape and data_offsets");
    }
  }

  private TensorInfo entry() {
    if (type == null || !shape.present || !offsets.present) {
      String missing = type == null ? "dtype" : shape.present ? "data_offsets" : "shape";
      throw error("no " + missing + ", expected dtype, shape and data_offsets");
    }
    if (offsets.count != 2 || offsets.values[0] > offsets.values[1]) {
      throw error("data_offsets " + offsets.list() + ", expected two numbers in ascending order");
    }
    return new TensorInfo(name, type, shape.list(), offsets.values[0], offsets.values[1]);
  }

  private void parseType() throws IOException {
    checkOnce("dtype", type != null);
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      type = DataType.find(parser.getText());
    }
    if (type == null) {
      throw error(
          "dtype " + TensorJson.found(parser) + ", expected one of " + List.of(DataType.values()));
    }
  }

  private void parseNumbers(String key, Numbers numbers) throws IOException {
    checkOnce(key, numbers.present);
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw error(key + " " + TensorJson.found(parser) + ", expected a list of whole numbers");
    }
    numbers.present = true;
    numbers.count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (numbers.count == numbers.values.length) {
        throw error("more than " + numbers.count + " numbers in " + key);
      }
      numbers.values[numbers.count++] = parseNumber(key);
    }
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

  private void checkOnce(String key, boolean present) {
    if (present) {
      throw error("its " + key + " twice");
    }
  }

  private UserError error(String problem) {
    return FileHeader.error(file, "tensor '" + name + "' has " + problem);
  }

  /** The numbers of one list, in an array that serves every tensor. */
  private static final class Numbers {
    private final long[] values;
    private int count;
    private boolean present;

    Numbers(int maximum) {
      values = new long[maximum];
    }

    List<Long> list() {
      Long[] boxed = new Long[count];
      for (int i = 0; i < count; i++) {
        boxed[i] = values[i];
      }
      return List.of(boxed);
    }
  }
}
