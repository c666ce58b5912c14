package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads the JSON of headers and indexes token by token, so that no input can ask for a tree. */
final class TensorJson {
  /** Tensor names have tens of characters; file names end at 255 bytes. */
  private static final int MAXIMAL_NAME_CHARS = 1_000;

  /** Metadata hold notes of trainers, at times a long one. */
  static final int MAXIMAL_TEXT_CHARS = 3_000_000;

  private static final int SHOWN_CHARS = 60;

  // Names are not made canonical: a cache of hostile names would outlive the file.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(MAXIMAL_NAME_CHARS)
                  .maxStringLength(MAXIMAL_TEXT_CHARS)
                  .build())
          .build();

  private TensorJson() {}

  /** Reads strict UTF-8; anything else fails with a {@code CharacterCodingException}. */
  static JsonParser parser(InputStream bytes) throws IOException {
    return FACTORY.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
  }

  /** The current value as an error message shows it, cut where it is long. */
  static String found(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "an object";
    }
    if (token == JsonToken.START_ARRAY) {
      return "a list";
    }
    String text = parser.getText();
    String shown = text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
    return token == JsonToken.VALUE_STRING ? '"' + shown + '"' : shown;
  }
}
