package dev.tandem.frozen;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Reads a {@link Preprocessing} from YAML; every error names the file and the key. */
final class PreprocessingFile {
  private static final List<String> KEYS =
      List.of("resize", "crop", "mean", "std", "interpolation", "layout", "input", "output");
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private final JsonNode root;

  private PreprocessingFile(JsonNode root) {
    this.root = root;
  }

  static Preprocessing read(Path file) {
    try {
      return new PreprocessingFile(YAML.readTree(Files.readString(file))).read();
    } catch (JsonProcessingException e) {
      throw new UserError("%s is no YAML: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    } catch (UserError e) {
      throw new UserError("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Preprocessing read() {
    requireKnownKeys();
    return new Preprocessing(
        number("resize"),
        number("crop"),
        numbers("mean"),
        numbers("std"),
        choice("interpolation", Interpolation.BILINEAR),
        choice("layout", Preprocessing.Layout.NCHW),
        text("input"),
        text("output"));
  }

  private void requireKnownKeys() {
    if (!root.isObject()) {
      throw new UserError("found no keys (expected %s)".formatted(String.join(", ", KEYS)));
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        throw new UserError(
            "unknown key %s (known are %s)".formatted(name, String.join(", ", KEYS)));
      }
    }
  }

  private int number(String key) {
    JsonNode node = root.path(key);
    if (!node.isInt()) {
      throw wrong(key, node, "a whole number");
    }
    return node.intValue();
  }

  private List<Double> numbers(String key) {
    JsonNode node = root.path(key);
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : node) {
      if (number.isNumber()) {
        numbers.add(number.doubleValue());
      }
    }
    if (!node.isArray() || numbers.size() != node.size()) {
      throw wrong(key, node, "a list of three numbers");
    }
    return numbers;
  }

  private String text(String key) {
    JsonNode node = root.path(key);
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw wrong(key, node, "a name");
    }
    return node.textValue();
  }

  private <E extends Enum<E>> E choice(String key, E otherwise) {
    JsonNode node = root.path(key);
    if (node.isMissingNode()) {
      return otherwise;
    }
    List<String> labels = new ArrayList<>();
    for (E value : otherwise.getDeclaringClass().getEnumConstants()) {
      String label = value.name().toLowerCase(Locale.ROOT);
      if (label.equals(node.textValue())) {
        return value;
      }
      labels.add(label);
    }
    throw wrong(key, node, String.join(" or ", labels));
  }

  private static UserError wrong(String key, JsonNode found, String expected) {
    return new UserError(
        found instanceof MissingNode
            ? "key %s is missing (must be %s)".formatted(key, expected)
            : "%s is %s (must be %s)".formatted(key, found, expected));
  }
}
