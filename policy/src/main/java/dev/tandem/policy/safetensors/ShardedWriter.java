package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.policy.files.AtomicFile;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a model in files of limited size, named as Hugging Face names them: {@code
 * NAME.safetensors} where one is enough, otherwise {@code NAME-00001-of-00003.safetensors} and so
 * on with {@code NAME.safetensors.index.json}. Tensors are dealt out in the order of their names,
 * none is cut, and one above the limit gets a file of its own.
 *
 * <p>Each file appears complete or not at all and the index comes last, so a model that was not
 * written to its end is none. Several files cannot be replaced at once: the folder must not hold a
 * model of that name. To replace one, write to a new folder: {@link
 * dev.tandem.policy.files.AtomicFolder}.
 */
public final class ShardedWriter {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ShardedWriter() {}

  /**
   * Writes the tensors below the folder.
   *
   * @param name start of the files' names, such as {@code model}
   * @param metadata free text entries of every file
   * @param maximalBytes limit for the tensors' bytes in one file
   * @return the file to open with {@link ModelReader}: the single one or the index
   */
  public static Path write(
      Path folder,
      String name,
      Map<String, TensorData> tensors,
      Map<String, String> metadata,
      long maximalBytes) {
    checkNew(folder, name);
    List<Map<String, TensorData>> shards = split(tensors, maximalBytes);
    Path single = folder.resolve(name + ".safetensors");
    if (shards.size() == 1) {
      SafetensorsWriter.write(single, shards.get(0), metadata);
      return single;
    }
    Map<String, String> shardOf = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String shard = String.format("%s-%05d-of-%05d.safetensors", name, i + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(shard), shards.get(i), metadata);
      shards.get(i).keySet().forEach(tensor -> shardOf.put(tensor, shard));
    }
    Path index = single.resolveSibling(single.getFileName() + ShardIndex.SUFFIX);
    long bytes = tensors.values().stream().mapToLong(TensorData::bytes).sum();
    writeIndex(index, shardOf, bytes);
    return index;
  }

  private static void checkNew(Path folder, String name) {
    ModelReader.find(folder, name)
        .ifPresent(
            file -> {
              throw new UserError(
                  String.format(
                      "Cannot write model %s to %s: found %s, expected a folder without that model",
                      name, folder, file.getFileName()));
            });
  }

  /** At least one part, each of at least one tensor where there are any. */
  private static List<Map<String, TensorData>> split(
      Map<String, TensorData> tensors, long maximalBytes) {
    List<Map<String, TensorData>> shards = new ArrayList<>();
    Map<String, TensorData> shard = new LinkedHashMap<>();
    long bytes = 0;
    for (Map.Entry<String, TensorData> tensor : new TreeMap<>(tensors).entrySet()) {
      long added = tensor.getValue().bytes();
      if (added > maximalBytes) {
        shards.add(Map.of(tensor.getKey(), tensor.getValue()));
        continue;
      }
      if (bytes + added > maximalBytes) {
        shards.add(shard);
        shard = new LinkedHashMap<>();
        bytes = 0;
      }
      shard.put(tensor.getKey(), tensor.getValue());
      bytes += added;
    }
    if (!shard.isEmpty() || shards.isEmpty()) {
      shards.add(shard);
    }
    return shards;
  }

  private static void writeIndex(Path index, Map<String, String> shardOf, long bytes) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject(ShardIndex.METADATA).put(ShardIndex.TOTAL_SIZE, bytes);
    ObjectNode map = root.putObject(ShardIndex.WEIGHT_MAP);
    shardOf.forEach(map::put);
    try {
      byte[] json = (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(
          index, channel -> SafetensorsWriter.writeFully(channel, ByteBuffer.wrap(json)));
    } catch (IOException e) {
      throw new UserError("Cannot write model index " + index + ": " + e.getMessage(), e);
    }
  }
}
