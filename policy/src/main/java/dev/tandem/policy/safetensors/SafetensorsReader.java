package dev.tandem.policy.safetensors;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a safetensors file through memory mapping. The header is checked in full when the file is
 * opened: afterwards every tensor is known to lie inside the file and to match its type and shape.
 *
 * <p>Errors of the file are {@link UserError}s that name file and tensor. Buffers stay valid after
 * {@link #close}. Safe for use by several threads.
 */
public final class SafetensorsReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 1 << 30;

  private final Path file;
  private final FileChannel channel;
  private final FileHeader header;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private SafetensorsReader(Path file, FileChannel channel, FileHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /** Opens the file and checks its header. */
  public static SafetensorsReader open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw FileHeader.error(file, "there is no such file");
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new SafetensorsReader(file, channel, FileHeader.read(file, channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** All tensors, in the order of their bytes in the file. */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  /** The names of all tensors, in the order of their bytes in the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** The free text entries of the header; empty when there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Type, shape and place of the tensor of the given name, which must exist. */
  public TensorInfo info(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw FileHeader.error(
          file,
          String.format(
              "tensor '%s' is expected, but not among the %d found", name, tensors.size()));
    }
    return info;
  }

  /**
   * The bytes of a tensor, little-endian and read-only. The tensor must be smaller than 2 GiB: read
   * larger ones by {@link #window}.
   */
  public ByteBuffer data(String name) {
    TensorInfo info = info(name);
    if (info.bytes() > Integer.MAX_VALUE) {
      throw FileHeader.error(
          file,
          String.format(
              "tensor '%s' has %d bytes, more than fit one buffer (%d)",
              name, info.bytes(), Integer.MAX_VALUE));
    }
    return window(info, 0, (int) info.bytes());
  }

  /**
   * A part of a tensor's bytes, little-endian and read-only.
   *
   * @param offset first byte, counted from the tensor's own start
   * @param bytes number of bytes; the part must lie inside the tensor
   */
  public ByteBuffer window(TensorInfo info, long offset, int bytes) {
    if (offset < 0 || bytes < 0 || offset + bytes > info.bytes()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid window: %d bytes from %d of tensor %s (%d bytes)",
              bytes, offset, info.name(), info.bytes()));
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, header.dataStart() + info.begin() + offset, bytes)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The elements of a tensor in row-major order, rounded to float32 where they are wider. */
  public float[] floats(String name) {
    TensorInfo info = info(name);
    float[] values = new float[elements(info)];
    forEachWindow(
        info,
        (data, start, count) -> {
          for (int i = 0; i < count; i++) {
            values[start + i] = (float) info.type().element(data, i);
          }
        });
    return values;
  }

  /** The elements of a tensor in row-major order; 64-bit integers are rounded to 53 bits. */
  public double[] doubles(String name) {
    TensorInfo info = info(name);
    double[] values = new double[elements(info)];
    forEachWindow(
        info,
        (data, start, count) -> {
          for (int i = 0; i < count; i++) {
            values[start + i] = info.type().element(data, i);
          }
        });
    return values;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private int elements(TensorInfo info) {
    if (info.elements() > Integer.MAX_VALUE) {
      throw FileHeader.error(
          file,
          String.format(
              "tensor '%s' has %d elements, more than fit one array",
              info.name(), info.elements()));
    }
    return (int) info.elements();
  }

  private void forEachWindow(TensorInfo info, WindowConsumer consumer) {
    int elementBytes = info.type().bytes();
    for (long offset = 0; offset < info.bytes(); offset += WINDOW_BYTES) {
      int bytes = (int) Math.min(WINDOW_BYTES, info.bytes() - offset);
      consumer.accept(
          window(info, offset, bytes), (int) (offset / elementBytes), bytes / elementBytes);
    }
  }

  private static UserError unreadable(Path file, IOException cause) {
    return new UserError("Cannot read tensor file " + file + ": " + cause.getMessage(), cause);
  }

  private interface WindowConsumer {
    void accept(ByteBuffer data, int firstElement, int elements);
  }
}
