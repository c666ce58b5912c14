package dev.tandem.jobs.train;

import dev.tandem.policy.Policies;
import dev.tandem.policy.files.FolderManifest;
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
  private static final List<String> BUNDLED_FILES =
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
      if (source == null) {
        copyBundled(partial);
      } else {
        copyFolder(Path.of(source), partial);
      }
      FolderManifest.write(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy the starting policy to " + target, e);
    }
  }

  private static void copyBundled(Path target) throws IOException {
    for (String file : BUNDLED_FILES) {
      try (InputStream in = StartPolicy.class.getResourceAsStream(BUNDLED + file)) {
        if (in == null) {
          throw new UserError(
              "This build carries no bundled policy (%s is missing); name a policy's folder with --set run.policy=DIR"
                  .formatted(BUNDLED + file));
        }
        Files.copy(in, target.resolve(file));
      }
    }
  }

  /** Weights may lie in several files, and those below the folder. */
  private static void copyFolder(Path source, Path target) throws IOException {
    for (Path file : files(source)) {
      Path copy = target.resolve(source.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static List<Path> files(Path source) {
    try {
      return Policies.files(source);
    } catch (UserError e) {
      throw new UserError(
          "No policy in '%s' (run.policy): %s".formatted(source, e.getMessage()), e);
    }
  }
}
