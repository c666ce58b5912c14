package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JSON header into values. Each entry is checked as it is read and the first wrong token
 * ends the reading. The limits keep the memory that this takes below the file's size plus 64 MB,
 * whatever the header says.
 */
final class HeaderParser {
  static final String METADATA = "__metadata__";

  /** No file of a published model comes near; one part of a trillion parameters has thousands. */
  private static final int MAXIMAL_TENSORS = 65_536;

  private static final int MAXIMAL_METADATA_ENTRIES = 10_000;

  private final Path file;
  private final JsonParser parser;
  private final TensorParser entries;
  private final Set<String> names = new HashSet<>();
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new HashMap<>();
  private @Nullable String current;

  private HeaderParser(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
    this.entries = new TensorParser(file, parser);
  }

  /** Reads the header up to the end of the stream; the offsets of the tensors are not compared. */
  static HeaderParser parse(Path file, InputStream json) throws IOException {
    try (JsonParser parser = TensorJson.parser(json)) {
      HeaderParser header = new HeaderParser(file, parser);
      header.parse();
      return header;
    }
  }

  /** The tensors, ordered by their offsets. */
  List<TensorInfo> tensors() {
    return List.copyOf(tensors);
  }

  Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  private void parse() throws IOException {
    try {
      parseEntries();
    } catch (JsonProcessingException e) {
      throw new UserError(invalid("not valid JSON") + ": " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new UserError(invalid("not UTF-8 text"), e);
    }
    tensors.sort(
        Comparator.comparingLong(TensorInfo::begin)
            .thenComparingLong(TensorInfo::end)
            .thenComparing(TensorInfo::name));
  }

  private String invalid(String problem) {
    String place = current == null ? "" : ", at or after the entry '" + current + "'";
    return "Cannot read tensor file " + file + ": its header is " + problem + place;
  }

  private void parseEntries() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw FileHeader.error(file, "its header is not a JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      current = name;
      if (!names.add(name)) {
        throw FileHeader.error(file, "its header names '" + name + "' twice");
      }
      parser.nextToken();
      if (name.equals(METADATA)) {
        parseMetadata();
      } else {
        addTensor(name);
      }
    }
    if (parser.nextToken() != null) {
      throw FileHeader.error(file, "its header has text after the JSON object");
    }
  }

  private void addTensor(String name) throws IOException {
    if (tensors.size() == MAXIMAL_TENSORS) {
      throw tensorError(name, "more than " + MAXIMAL_TENSORS + " tensors before it");
    }
    tensors.add(entries.parse(name));
  }

  private void parseMetadata() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw FileHeader.error(
          file, METADATA + " is " + TensorJson.found(parser) + ", expected an object of strings");
    }
    long chars = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw metadataError(name, "is " + TensorJson.found(parser) + ", expected a string");
      }
      String value = parser.getText();
      chars += name.length() + value.length();
      if (chars > TensorJson.MAXIMAL_TEXT_CHARS || metadata.size() == MAXIMAL_METADATA_ENTRIES) {
        throw metadataError(
            name,
            String.format(
                "makes them longer than %d characters or more than %d",
                TensorJson.MAXIMAL_TEXT_CHARS, MAXIMAL_METADATA_ENTRIES));
      }
      if (metadata.put(name, value) != null) {
        throw metadataError(name, "is there twice");
      }
    }
  }

  private UserError metadataError(String name, String problem) {
    return FileHeader.error(file, METADATA + " entry '" + name + "' " + problem);
  }

  private UserError tensorError(String name, String problem) {
    return FileHeader.error(file, "tensor '" + name + "' has " + problem);
  }
}
