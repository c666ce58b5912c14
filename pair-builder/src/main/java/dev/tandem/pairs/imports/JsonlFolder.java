package dev.tandem.pairs.imports;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The data folder as the driver sees it.
 *
 * @param path its real path
 * @param files names of its JSONL files, sorted
 */
record JsonlFolder(Path path, List<String> files) {

  /** Lists the folder; fails with a user error if it is missing or has no JSONL file. */
  static JsonlFolder open(String folder) {
    try {
      Path path = Path.of(folder);
      if (!Files.isDirectory(path)) {
        throw new UserError(
            "Cannot import %s: %s (expected a folder with .jsonl files)"
                .formatted(
                    folder, Files.exists(path) ? "it is a file" : "there is no such folder"));
      }
      List<String> files = list(path);
      if (files.isEmpty()) {
        throw new UserError(
            "Cannot import %s: the folder has no file that ends in .jsonl (found %s)"
                .formatted(folder, firstEntries(path)));
      }
      return new JsonlFolder(path.toRealPath(), files);
    } catch (InvalidPathException | IOException e) {
      throw new UserError("Cannot import %s: it cannot be read (%s)".formatted(folder, e), e);
    }
  }

  /** The file's path, as table {@code quarantine} names it. */
  String source(String file) {
    return path.resolve(file).toString();
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.endsWith(".jsonl"))
          .sorted()
          .toList();
    }
  }

  private static String firstEntries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<String> names =
          entries.map(entry -> entry.getFileName().toString()).sorted().limit(5).toList();
      return names.isEmpty() ? "nothing" : String.join(", ", names);
    }
  }
}
