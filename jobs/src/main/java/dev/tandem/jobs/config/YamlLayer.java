package dev.tandem.jobs.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Flattens a YAML document to settings that remember their lines. Scalars keep their text, so that
 * the type of the key decides what {@code 1e-6} or {@code on} means.
 */
final class YamlLayer {
  private final String name;
  private final JsonParser parser;
  private final List<Setting> settings = new ArrayList<>();

  private YamlLayer(String name, JsonParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /**
   * @param name what messages call the document
   * @throws UserError if the text is no YAML mapping of sections to scalars and flat lists
   */
  static List<Setting> parse(String name, String yaml) {
    YAMLFactory factory = new YAMLFactory();
    factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    try (JsonParser parser = factory.createParser(yaml)) {
      YamlLayer layer = new YamlLayer(name, parser);
      layer.readDocument();
      return List.copyOf(layer.settings);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
      throw new UserError("Cannot read " + name + line + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private void readDocument() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw new UserError(
          "Cannot read %s: found a single %s (expected sections such as 'run:' with keys below)"
              .formatted(name, first == JsonToken.START_ARRAY ? "list" : "value"));
    }
    readSection("");
  }

  private void readSection(String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String path = prefix + parser.currentName();
      String origin = name + " line " + parser.currentTokenLocation().getLineNr();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        readSection(path + ".");
      } else {
        settings.add(new Setting(path, readValue(token, path, origin), origin));
      }
    }
  }

  private Setting.Value readValue(JsonToken token, String path, String origin) throws IOException {
    if (token == JsonToken.START_ARRAY) {
      List<String> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (!parser.currentToken().isScalarValue()) {
          throw new UserError(
              "Cannot read '%s' (%s): lists hold plain values only".formatted(path, origin));
        }
        items.add(parser.getText());
      }
      return new Setting.Sequence(items);
    }
    String text = parser.getText();
    return token == JsonToken.VALUE_NULL || text.equals("null") || text.isEmpty()
        ? new Setting.Nothing()
        : new Setting.Scalar(text);
  }
}
