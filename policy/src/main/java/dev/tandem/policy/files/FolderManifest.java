package dev.tandem.policy.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file {@code manifest.json} of a folder: size and SHA-256 of every other file. It is written
 * last, so that a folder without one is not complete, whatever file system it came from.
 */
public final class FolderManifest {
  /** The file's name. */
  public static final String NAME = "manifest.json";

  /** The fault of a folder that is not there. */
  public static final String MISSING = "the folder is missing";

  private static final int FORMAT = 1;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private FolderManifest() {}

  /** Describes the files that the folder holds now, replacing an older description. */
  public static void write(Path folder) throws IOException {
    ObjectNode manifest = JSON.createObjectNode().put("format", FORMAT);
    ObjectNode files = manifest.putObject("files");
    for (Path file : files(folder)) {
      files
          .putObject(folder.relativize(file).toString())
          .put("bytes", Files.size(file))
          .put("sha256", digest(file));
    }
    byte[] json = JSON.writeValueAsBytes(manifest);
    Files.write(folder.resolve(NAME), json);
  }

  /**
   * Reads every file again.
   *
   * @return what is wrong, naming the first file that is not as it was written; empty where all are
   */
  public static Optional<String> fault(Path folder) {
    try {
      if (!Files.isRegularFile(folder.resolve(NAME))) {
        return Optional.of(Files.isDirectory(folder) ? NAME + " is missing" : MISSING);
      }
      JsonNode manifest = JSON.readTree(folder.resolve(NAME).toFile());
      if (manifest.path("format").asInt() != FORMAT || !manifest.path("files").isObject()) {
        return Optional.of(
            "%s has format %s, expected %d".formatted(NAME, manifest.path("format"), FORMAT));
      }
      for (Map.Entry<String, JsonNode> file : manifest.path("files").properties()) {
        Optional<String> fault = fault(folder, file.getKey(), file.getValue());
        if (fault.isPresent()) {
          return fault;
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(NAME + " is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e);
    }
  }

  private static Optional<String> fault(Path folder, String name, JsonNode expected)
      throws IOException {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.of(name + " is missing");
    }
    long bytes = Files.size(file);
    if (bytes != expected.path("bytes").asLong(-1)) {
      return Optional.of(
          "%s has %d bytes, expected %s".formatted(name, bytes, expected.path("bytes")));
    }
    String digest = digest(file);
    return digest.equals(expected.path("sha256").asText())
        ? Optional.empty()
        : Optional.of(
            "%s has SHA-256 %s, expected %s"
                .formatted(name, digest, expected.path("sha256").asText()));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.equals(folder.resolve(NAME)))
          .sorted()
          .toList();
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
