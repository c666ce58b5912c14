package dev.tandem.policy.safetensors;

import dev.tandem.schemas.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the tensors of a model that is kept in one safetensors file, or in several with an index.
 * Opening checks every header, and that index and files agree: each tensor is listed once and lies
 * where the index says. Errors are {@link UserError}s that name index, file and tensor.
 */
public final class ModelReader implements AutoCloseable {
  private static final String FILE = ".safetensors";

  private final Path file;
  private final List<SafetensorsReader> shards = new ArrayList<>();
  private final Map<String, SafetensorsReader> shardOf = new TreeMap<>();

  private ModelReader(Path file) {
    this.file = file;
  }

  /**
   * The file to open for a model in a folder: {@code NAME.safetensors} or, where there is none,
   * {@code NAME.safetensors.index.json}.
   */
  public static Optional<Path> find(Path folder, String name) {
    Path single = folder.resolve(name + FILE);
    Path index = folder.resolve(name + FILE + ShardIndex.SUFFIX);
    if (Files.isRegularFile(single)) {
      return Optional.of(single);
    }
    return Files.isRegularFile(index) ? Optional.of(index) : Optional.empty();
  }

  /** All files of a model that are to be kept together: the given one and those it names. */
  public static List<Path> files(Path file) {
    List<Path> files = new ArrayList<>(List.of(file));
    if (isIndex(file)) {
      ShardIndex index = ShardIndex.read(file);
      index.shards().values().stream().distinct().sorted().map(index::resolve).forEach(files::add);
    }
    return files;
  }

  /** Opens a safetensors file, or an index (a name that ends in {@code .index.json}). */
  public static ModelReader open(Path file) {
    ModelReader reader = new ModelReader(file);
    try {
      if (isIndex(file)) {
        reader.openShards(ShardIndex.read(file));
      } else {
        reader.add(SafetensorsReader.open(file));
      }
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** The file or index that was opened. */
  public Path file() {
    return file;
  }

  /** All tensors: file by file in the order of their names, in each in the order of its bytes. */
  public List<TensorInfo> tensors() {
    return shards.stream().flatMap(shard -> shard.tensors().stream()).toList();
  }

  /** The file that holds the tensor of the given name, which must exist. */
  public SafetensorsReader shard(String tensor) {
    SafetensorsReader shard = shardOf.get(tensor);
    if (shard == null) {
      throw FileHeader.error(
          file,
          String.format(
              "tensor '%s' is expected, but not among the %d found", tensor, shardOf.size()));
    }
    return shard;
  }

  @Override
  public void close() {
    shards.forEach(SafetensorsReader::close);
  }

  private static boolean isIndex(Path file) {
    return file.toString().endsWith(ShardIndex.SUFFIX);
  }

  private void add(SafetensorsReader shard) {
    shards.add(shard);
    shard.names().forEach(name -> shardOf.put(name, shard));
  }

  private void openShards(ShardIndex index) {
    Map<String, String> firstTensor = new TreeMap<>();
    index.shards().forEach((tensor, shard) -> firstTensor.putIfAbsent(shard, tensor));
    firstTensor.forEach(
        (shard, tensor) -> {
          SafetensorsReader opened = openShard(index, shard, tensor);
          shards.add(opened);
          opened.names().forEach(name -> checkListed(index, shard, name));
          opened.names().forEach(name -> shardOf.put(name, opened));
        });
    index
        .shards()
        .forEach(
            (tensor, shard) -> {
              if (!shardOf.containsKey(tensor)) {
                throw ShardIndex.error(
                    index.file(), String.format("shard %s has no tensor '%s'", shard, tensor));
              }
            });
  }

  private static SafetensorsReader openShard(ShardIndex index, String shard, String tensor) {
    Path path = index.resolve(shard);
    if (!Files.isRegularFile(path)) {
      throw ShardIndex.error(
          index.file(),
          String.format("shard %s is missing, expected to hold tensor '%s'", shard, tensor));
    }
    try {
      return SafetensorsReader.open(path);
    } catch (UserError e) {
      throw new UserError(ShardIndex.prefix(index.file()) + e.getMessage(), e);
    }
  }

  private static void checkListed(ShardIndex index, String shard, String tensor) {
    String listed = index.shards().get(tensor);
    if (!shard.equals(listed)) {
      throw ShardIndex.error(
          index.file(),
          String.format(
              "shard %s holds tensor '%s', which the index %s",
              shard, tensor, listed == null ? "does not list" : "places in " + listed));
    }
  }
}
