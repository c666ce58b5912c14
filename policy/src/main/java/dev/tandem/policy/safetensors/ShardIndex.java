package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The index of a model in several files, as Hugging Face writes it: {@code {"metadata":
 * {"total_size": bytes}, "weight_map": {tensor: file}}}. Only the map is read: published indexes
 * disagree on what the total counts.
 *
 * @param file where the index was read
 * @param shards the name of the file of every tensor, relative to the index and below its folder
 */
record ShardIndex(Path file, Map<String, String> shards) {
  static final String SUFFIX = ".index.json";
  static final String METADATA = "metadata";
  static final String TOTAL_SIZE = "total_size";
  static final String WEIGHT_MAP = "weight_map";

  /** As a header: enough for a million tensors. */
  private static final long MAXIMAL_BYTES = 100_000_000;

  /** Reads and checks the index; the files that it names are not touched. */
  static ShardIndex read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw error(file, "there is no such file");
    }
    try {
      if (Files.size(file) > MAXIMAL_BYTES) {
        throw error(
            file,
            String.format("it has %d bytes, expected up to %d", Files.size(file), MAXIMAL_BYTES));
      }
      try (InputStream stream = Files.newInputStream(file);
          JsonParser parser = TensorJson.parser(stream)) {
        return new ShardIndex(file, parse(file, parser));
      }
    } catch (JsonProcessingException e) {
      throw new UserError(prefix(file) + "it is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new UserError(prefix(file) + "it is not UTF-8 text", e);
    } catch (IOException e) {
      throw new UserError(prefix(file) + e.getMessage(), e);
    }
  }

  /** The file of the given name. */
  Path resolve(String shard) {
    return file.resolveSibling(shard);
  }

  static UserError error(Path file, String problem) {
    return new UserError(prefix(file) + problem);
  }

  static String prefix(Path file) {
    return "Cannot read model index " + file + ": ";
  }

  private static Map<String, String> parse(Path file, JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw error(file, "it is not a JSON object");
    }
    Map<String, String> shards = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (key.equals(WEIGHT_MAP)) {
        checkOnce(file, shards);
        shards = parseShards(file, parser);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw error(file, "it has text after the JSON object");
    }
    if (shards == null) {
      throw error(file, "it has no " + WEIGHT_MAP);
    }
    return shards;
  }

  private static void checkOnce(Path file, @Nullable Map<String, String> earlier) {
    if (earlier != null) {
      throw error(file, "it has " + WEIGHT_MAP + " twice");
    }
  }

  private static Map<String, String> parseShards(Path file, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw error(file, WEIGHT_MAP + " is " + TensorJson.found(parser) + ", expected an object");
    }
    Map<String, String> shards = new TreeMap<>();
    Map<String, String> checked = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw error(
            file,
            String.format(
                "tensor '%s' is in %s, expected the name of a file",
                tensor, TensorJson.found(parser)));
      }
      String shard =
          checked.computeIfAbsent(parser.getText(), name -> checkShard(file, tensor, name));
      if (shards.put(tensor, shard) != null) {
        throw error(file, "it lists tensor '" + tensor + "' twice");
      }
    }
    return shards;
  }

  private static String checkShard(Path file, String tensor, String shard) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    try {
      if (folder != null
          && !Path.of(shard).isAbsolute()
          && folder.resolve(shard).normalize().startsWith(folder)) {
        return shard;
      }
    } catch (InvalidPathException e) {
      throw new UserError(
          String.format(
              "%stensor '%s' is in a file of no possible name: %s",
              prefix(file), tensor, e.getMessage()),
          e);
    }
    throw error(
        file,
        String.format(
            "tensor '%s' is in '%s', expected a file below the folder of the index",
            tensor, shard));
  }
}
