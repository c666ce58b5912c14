package dev.tandem.jobs.train;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.policy.files.FolderManifest;
import dev.tandem.schemas.warehouse.SharedFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of a run: {@code warehouse} with the tables, {@code checkpoints/<iteration>} with a
 * policy each (0 is the starting policy), {@code config.yaml} and {@code before-after.png}. The
 * folder lies on any Hadoop file system; on a cluster, where every executor sees it.
 *
 * <p>This process works on local files. On the local file system they are the run's own; for any
 * other they are copies below the folder for temporary files, and {@code publish} brings them to
 * the run's folder.
 */
public final class RunFolder {
  private static final String CHECKPOINTS = "checkpoints";

  private final SharedFolder shared;
  private final Path local;

  private RunFolder(SharedFolder shared, Path local) {
    this.shared = shared;
    this.local = local;
  }

  /** The folder that the configuration names. */
  public static RunFolder of(TandemConfig.Run run) {
    return of(SharedFolder.of(run.folder()).child(run.name()));
  }

  /** The folder in which runs lie, for what is said of several of them. */
  public static RunFolder parent(TandemConfig.Run run) {
    return of(SharedFolder.of(run.folder()));
  }

  private static RunFolder of(SharedFolder shared) {
    Path local = shared.local().orElseGet(() -> copies(shared.place()));
    Path absolute = local.toAbsolutePath().normalize();
    return new RunFolder(
        shared.local().isPresent() ? SharedFolder.of("file:" + absolute) : shared, absolute);
  }

  /** The same for every process on this machine that works on the run. */
  private static Path copies(String place) {
    UUID name = UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8));
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "tandem-" + System.getProperty("user.name"),
        name.toString());
  }

  /** Where the folder lies. */
  public String place() {
    return shared.place();
  }

  /** The folder of the tables. */
  public String warehouse() {
    return shared.child("warehouse").place();
  }

  /** The policy after the iteration, as this process reads and writes it. */
  public Path checkpoint(int iteration) {
    return local.resolve(CHECKPOINTS).resolve(Integer.toString(iteration));
  }

  /** Where every executor finds the policy after the iteration, once it is published. */
  public String sharedCheckpoint(int iteration) {
    return shared(iteration).place();
  }

  /** Shows a checkpoint that this process wrote to all others. */
  void publishCheckpoint(int iteration) {
    if (isCopied()) {
      shared(iteration).publish(checkpoint(iteration));
    }
  }

  /**
   * Brings a checkpoint to this process and reads all of it.
   *
   * @return what is wrong with it, naming the file; empty where it is as it was written
   */
  Optional<String> fault(int iteration) {
    try {
      if (isCopied()) {
        shared(iteration).fetch(checkpoint(iteration));
      }
      return FolderManifest.fault(checkpoint(iteration));
    } catch (FileNotFoundException e) {
      return Optional.of(FolderManifest.MISSING);
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e);
    }
  }

  /** Puts the starting policy in its place, unless it is there already. */
  public void start(TandemConfig.Run run) {
    if (isCopied() && Files.exists(checkpoint(0))) {
      delete(checkpoint(0));
    }
    if (isCopied() && shared(0).exists()) {
      fetch(0);
    } else {
      StartPolicy.copy(run.policy(), checkpoint(0));
      publishCheckpoint(0);
    }
  }

  private void fetch(int iteration) {
    try {
      shared(iteration).fetch(checkpoint(iteration));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + shared(iteration), e);
    }
  }

  /** Writes a file beside the checkpoints, such as the picture of samples. */
  public void write(String name, LocalFile content) {
    try {
      Files.createDirectories(local);
      Path file = local.resolve(name);
      content.write(file);
      if (isCopied()) {
        shared.publishFile(file, name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write %s to %s".formatted(name, shared), e);
    }
  }

  /** Writes the picture with samples before and after. */
  public void writePicture(LocalFile content) {
    write("before-after.png", content);
  }

  /** Writes a file of the local file system. */
  @FunctionalInterface
  public interface LocalFile {
    void write(Path file) throws IOException;
  }

  /** Deletes checkpoints but the starting policy and the newest {@code keep} up to {@code last}. */
  void deleteOldCheckpoints(int last, int keep) {
    for (int iteration = last - keep; iteration > 0; iteration--) {
      if (!shared(iteration).exists()) {
        return;
      }
      shared(iteration).delete();
      if (isCopied() && Files.exists(checkpoint(iteration))) {
        delete(checkpoint(iteration));
      }
    }
  }

  /** Whether this process works on copies, which processes on other hosts do not see. */
  boolean isCopied() {
    return shared.local().isEmpty();
  }

  private SharedFolder shared(int iteration) {
    return shared.child(CHECKPOINTS).child(Integer.toString(iteration));
  }

  /** Deletes a local folder with all that it holds. */
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
