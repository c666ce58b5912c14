package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.policy.files.AtomicFile;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files whose bytes depend on the content alone: tensors are ordered by the
 * alignment of their type (strictest first), then by name, as the reference implementation does.
 *
 * <p>A file appears complete or not at all: see {@link AtomicFile}.
 */
public final class SafetensorsWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int ALIGNMENT = 8;
  private static final Comparator<Map.Entry<String, TensorData>> FILE_ORDER =
      Comparator.comparing((Map.Entry<String, TensorData> entry) -> entry.getValue().type())
          .reversed()
          .thenComparing(Map.Entry.comparingByKey());

  private SafetensorsWriter() {}

  /** Writes the tensors without metadata. */
  public static void write(Path file, Map<String, TensorData> tensors) {
    write(file, tensors, Map.of());
  }

  /** Writes the tensors and, where not empty, the metadata; creates missing parent folders. */
  public static void write(
      Path file, Map<String, TensorData> tensors, Map<String, String> metadata) {
    try {
      AtomicFile.write(file, channel -> writeAll(channel, tensors, metadata));
    } catch (IOException e) {
      throw new UserError("Cannot write tensor file " + file + ": " + e.getMessage(), e);
    }
  }

  static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void writeAll(
      FileChannel channel, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, TensorData>> ordered =
        tensors.entrySet().stream().sorted(FILE_ORDER).toList();
    writeFully(channel, header(ordered, metadata));
    for (Map.Entry<String, TensorData> entry : ordered) {
      long start = channel.position();
      entry.getValue().content().writeTo(channel);
      checkWritten(entry, channel.position() - start);
    }
  }

  private static void checkWritten(Map.Entry<String, TensorData> entry, long written) {
    if (written != entry.getValue().bytes()) {
      throw new IllegalStateException(
          String.format(
              "Tensor %s wrote %d bytes, expected %d",
              entry.getKey(), written, entry.getValue().bytes()));
    }
  }

  private static ByteBuffer header(
      List<Map.Entry<String, TensorData>> ordered, Map<String, String> metadata)
      throws JsonProcessingException {
    ObjectNode root = MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      root.set(HeaderParser.METADATA, MAPPER.valueToTree(new TreeMap<>(metadata)));
    }
    long offset = 0;
    for (Map.Entry<String, TensorData> tensor : ordered) {
      if (tensor.getKey().equals(HeaderParser.METADATA)) {
        throw new IllegalArgumentException("Invalid tensor name: " + HeaderParser.METADATA);
      }
      long end = Math.addExact(offset, tensor.getValue().bytes());
      ObjectNode entry = root.putObject(tensor.getKey());
      entry.put("dtype", tensor.getValue().type().name());
      tensor.getValue().shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return frame(MAPPER.writeValueAsString(root).getBytes(StandardCharsets.UTF_8));
  }

  /** Puts the length before the header and pads it with spaces, so that the data is aligned. */
  private static ByteBuffer frame(byte[] json) {
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer framed =
        ByteBuffer.allocate(FileHeader.LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    framed.putLong(padded).put(json);
    while (framed.hasRemaining()) {
      framed.put((byte) ' ');
    }
    return framed.flip();
  }
}
