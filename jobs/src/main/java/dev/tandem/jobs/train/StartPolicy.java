package dev.tandem.jobs.train;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the policy that a run starts from into the run's folder, so that the folder is complete. */
public final class StartPolicy {
  private static final List<String> FILES =
      List.of("config.json", "tokenizer.json", "model.safetensors", "ae.safetensors");
  private static final String BUNDLED = "/dev/tandem/policy/bundled/";

  private StartPolicy() {}

  /**
   * Copies the policy's files, all or none; does nothing where they are already.
   *
   * @param source folder of a policy, or null for the bundled one
   * @throws UserError if the folder lacks a file
   */
  public static void copy(@Nullable String source, Path target) {
    if (Files.isDirectory(target)) {
      return;
    }
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      if (Files.exists(partial)) {
        RunFolder.delete(partial);
      }
      Files.createDirectories(partial);
      for (String file : FILES) {
        try (InputStream in = open(source, file)) {
          Files.copy(in, partial.resolve(file));
        }
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy the starting policy to " + target, e);
    }
  }

  private static InputStream open(@Nullable String source, String file) throws IOException {
    if (source == null) {
      InputStream resource = StartPolicy.class.getResourceAsStream(BUNDLED + file);
      if (resource == null) {
        throw new UserError(
            "This build carries no bundled policy (%s is missing); name a policy's folder with --set run.policy=DIR"
                .formatted(BUNDLED + file));
      }
      return resource;
    }
    Path path = Path.of(source, file);
    if (!Files.isRegularFile(path)) {
      throw new UserError(
          "No policy in '%s' (run.policy): found no file %s, expected %s"
              .formatted(source, file, String.join(", ", FILES)));
    }
    return Files.newInputStream(path);
  }
}
