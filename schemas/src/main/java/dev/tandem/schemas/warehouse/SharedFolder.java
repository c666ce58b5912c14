package dev.tandem.schemas.warehouse;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;

/**
 * A folder on any Hadoop file system, where every process of a run sees it. What lies on the local
 * file system is used in place; anything else is copied to and from local folders, whole or not at
 * all. One process at a time may write a folder.
 */
public final class SharedFolder {
  private final FileSystem files;
  private final Path path;
  private final java.nio.file.@Nullable Path local;

  private SharedFolder(FileSystem files, Path path, java.nio.file.@Nullable Path local) {
    this.files = files;
    this.path = path;
    this.local = local;
  }

  /**
   * A folder by its place.
   *
   * @param place a Hadoop path; one without scheme belongs to the default file system
   */
  public static SharedFolder of(String place) {
    Path path = new Path(place);
    try {
      FileSystem files = path.getFileSystem(configuration());
      if (!files.getUri().getScheme().equals("file")) {
        return new SharedFolder(files, files.makeQualified(path), null);
      }
      return new SharedFolder(files, path, java.nio.file.Path.of(path.toUri().getPath()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the file system of " + place, e);
    }
  }

  /** The settings of this process's Spark, also in a task. */
  private static Configuration configuration() {
    SparkEnv env = SparkEnv.get();
    SparkConf settings = env == null ? new SparkConf() : env.conf();
    return SparkHadoopUtil.get().newConfiguration(settings);
  }

  /** A folder below this one. */
  public SharedFolder child(String name) {
    return new SharedFolder(
        files, new Path(path, name), local == null ? null : local.resolve(name));
  }

  /** The folder itself where it lies on the local file system. */
  public Optional<java.nio.file.Path> local() {
    return Optional.ofNullable(local);
  }

  /** Where it lies, as {@link #of} takes it; without a scheme where that is the default. */
  public String place() {
    boolean isDefault = FileSystem.getDefaultUri(files.getConf()).getScheme().equals("file");
    return local != null && isDefault ? local.toString() : path.toString();
  }

  /** Whether there is such a folder. */
  public boolean exists() {
    try {
      return files.exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for " + path, e);
    }
  }

  /** Deletes the folder with all that it holds; nothing where there is none. */
  public void delete() {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path, e);
    }
  }

  /**
   * Copies a local folder here, under a temporary name that is then renamed. An older folder is
   * deleted just before: a process that stops in between leaves none. On object stores a rename is
   * a copy too, and readers have to check what they find.
   */
  public void publish(java.nio.file.Path source) {
    Path next = new Path(path.getParent(), "." + path.getName() + ".new");
    try {
      files.delete(next, true);
      files.mkdirs(next);
      for (java.nio.file.Path file : regularFiles(source)) {
        copy(file, new Path(next, source.relativize(file).toString()));
      }
      files.delete(path, true);
      if (!files.rename(next, path)) {
        throw new IOException("cannot rename " + next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path, e);
    }
  }

  /** Writes one file into the folder, replacing an older one. */
  public void publishFile(java.nio.file.Path source, String name) {
    try {
      copy(source, new Path(path, name));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + new Path(path, name), e);
    }
  }

  private void copy(java.nio.file.Path source, Path target) throws IOException {
    try (OutputStream out = files.create(target, true)) {
      Files.copy(source, out);
    }
  }

  /**
   * Copies the folder to a local one, replacing what is there.
   *
   * @throws FileNotFoundException if there is no such folder
   */
  public void fetch(java.nio.file.Path target) throws IOException {
    java.nio.file.Path next = target.resolveSibling("." + target.getFileName() + ".fetched");
    deleteLocal(next);
    Files.createDirectories(next);
    fetch(path, next);
    deleteLocal(target);
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void fetch(Path source, java.nio.file.Path target) throws IOException {
    for (FileStatus file : files.listStatus(source)) {
      java.nio.file.Path copy = target.resolve(file.getPath().getName());
      if (file.isDirectory()) {
        fetch(file.getPath(), Files.createDirectories(copy));
      } else {
        try (InputStream in = files.open(file.getPath())) {
          Files.copy(in, copy);
        }
      }
    }
  }

  /** The folder's files for reading until closed: in place, or as a copy that closing deletes. */
  public LocalFiles open() {
    if (local != null) {
      return new LocalFiles(local, null);
    }
    try {
      java.nio.file.Path parent = Files.createTempDirectory("tandem-");
      LocalFiles copy = new LocalFiles(parent.resolve(path.getName()), parent);
      fetch(copy.path());
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /**
   * Files on the local file system.
   *
   * @param path the folder
   * @param temporary what closing deletes; null where the files are used in place
   */
  public record LocalFiles(java.nio.file.Path path, java.nio.file.@Nullable Path temporary)
      implements AutoCloseable {
    @Override
    public void close() {
      if (temporary != null) {
        try {
          deleteLocal(temporary);
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot delete the copy " + path, e);
        }
      }
    }
  }

  private static List<java.nio.file.Path> regularFiles(java.nio.file.Path folder)
      throws IOException {
    try (Stream<java.nio.file.Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void deleteLocal(java.nio.file.Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<java.nio.file.Path> deepestFirst;
    try (Stream<java.nio.file.Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (java.nio.file.Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public String toString() {
    return place();
  }
}
