package dev.tandem.jobs.train;

import dev.tandem.jobs.config.TandemConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a run: {@code warehouse} with the tables, {@code checkpoints/<iteration>} with a
 * policy each (0 is the starting policy) and {@code before-after.png}. On a cluster the folder lies
 * where every executor sees it.
 *
 * @param path the folder, absolute
 */
public record RunFolder(Path path) {
  /** The folder that the configuration names. */
  public static RunFolder of(TandemConfig.Run run) {
    return new RunFolder(Path.of(run.folder(), run.name()).toAbsolutePath().normalize());
  }

  /** The folder of the tables. */
  public Path warehouse() {
    return path.resolve("warehouse");
  }

  /** The policy after the iteration. */
  public Path checkpoint(int iteration) {
    return path.resolve("checkpoints").resolve(Integer.toString(iteration));
  }

  /** The picture with samples before and after. */
  public Path picture() {
    return path.resolve("before-after.png");
  }

  /** Deletes checkpoints but the starting policy and the newest {@code keep} up to {@code last}. */
  void deleteOldCheckpoints(int last, int keep) {
    for (int iteration = last - keep; iteration > 0; iteration--) {
      Path old = checkpoint(iteration);
      if (!Files.exists(old)) {
        return;
      }
      delete(old);
    }
  }

  /** Deletes a folder with all that it holds. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }
}
