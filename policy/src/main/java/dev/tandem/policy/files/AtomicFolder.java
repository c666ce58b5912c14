package dev.tandem.policy.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Replaces whole folders so that a process or machine that stops at any moment loses nothing: the
 * older content or the newer one is on the disk, complete.
 *
 * <p>A folder {@code F} is built beside its place as {@code .F.new} and forced to the disk; an
 * older {@code F} is set aside as {@code .F.old}; {@code .F.new} becomes {@code F}; {@code .F.old}
 * is deleted. So {@code .F.old} exists only where {@code .F.new} was complete, and {@link #recover}
 * can finish what was begun. One process at a time may write a folder.
 */
public final class AtomicFolder {
  private AtomicFolder() {}

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface Content {
    /** Writes into the given folder, which is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /** What has been done when a step ends. */
  enum Step {
    BUILT,
    SET_ASIDE,
    PUT_IN_PLACE
  }

  /** Writes the folder, replacing an older one; creates missing parent folders. */
  public static void write(Path folder, Content content) throws IOException {
    write(folder, content, step -> {});
  }

  /** Tells the observer of every step that ended, so that a test can stop there. */
  static void write(Path folder, Content content, Consumer<Step> observer) throws IOException {
    Path next = beside(folder, ".new");
    recover(folder);
    delete(next);
    Files.createDirectories(next);
    content.writeTo(next);
    forceTree(next);
    observer.accept(Step.BUILT);
    if (Files.exists(folder)) {
      Files.move(folder, beside(folder, ".old"), StandardCopyOption.ATOMIC_MOVE);
      force(parent(folder));
      observer.accept(Step.SET_ASIDE);
    }
    moveIfPresent(next, folder);
    force(parent(folder));
    observer.accept(Step.PUT_IN_PLACE);
    delete(beside(folder, ".old"));
  }

  /**
   * Finishes a replacement that was interrupted; does nothing where there was none. Call it before
   * the folder is read. Several processes may do so at once.
   */
  public static void recover(Path folder) throws IOException {
    Path previous = beside(folder, ".old");
    if (!Files.exists(previous)) {
      return;
    }
    if (!Files.exists(folder)) {
      moveIfPresent(beside(folder, ".new"), folder);
    }
    if (!Files.exists(folder)) {
      moveIfPresent(previous, folder);
    }
    force(parent(folder));
    delete(previous);
  }

  private static Path beside(Path folder, String suffix) {
    return parent(folder).resolve("." + folder.getFileName() + suffix);
  }

  private static Path parent(Path folder) {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("Invalid folder: " + folder + " (it has no parent)");
    }
    return parent;
  }

  /** Another process that recovers the folder may have been first. */
  private static void moveIfPresent(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Files.exists(source)) {
        throw e;
      }
    }
  }

  private static void forceTree(Path folder) throws IOException {
    for (Path path : deepestFirst(folder)) {
      force(path);
    }
    force(parent(folder));
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path path : deepestFirst(folder)) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static List<Path> deepestFirst(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
