package dev.tandem.policy.safetensors;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
  /** Part of a tensor that is mapped at once; a multiple of every element's size. */
  static final int WINDOW_BYTES = 1 << 26;

  /** The largest array that every JVM can make. */
  private static final int MAXIMAL_ARRAY = Integer.MAX_VALUE - 8;

  private final Path file;
  private final FileBytes bytes;
  private final FileHeader header;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private SafetensorsReader(Path file, FileBytes bytes, FileHeader header) {
    this.file = file;
    this.bytes = bytes;
    this.header = header;
    header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /** Opens the file and checks its header. */
  public static SafetensorsReader open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw FileHeader.error(file, "there is no such file");
    }
    try {
      return open(file, new MappedFile(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Opens bytes that need not be on a disk; the reader closes them, also where it fails. */
  static SafetensorsReader open(Path file, FileBytes bytes) throws IOException {
    try {
      return new SafetensorsReader(file, bytes, FileHeader.read(file, bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /** The file that is read. */
  public Path file() {
    return file;
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
    checkPart(info, offset, bytes);
    try {
      return this.bytes.view(position(info, offset), bytes);
    } catch (IOException e) {
      throw unreadable(info, e);
    }
  }

  /**
   * Fills what remains of the buffer with a part of a tensor's bytes. Unlike a {@link #window}, the
   * copy holds no mapping and cannot break when another process shortens the file.
   *
   * @param offset first byte, counted from the tensor's own start
   */
  public void read(TensorInfo info, long offset, ByteBuffer target) {
    checkPart(info, offset, target.remaining());
    try {
      bytes.read(position(info, offset), target);
    } catch (IOException e) {
      throw unreadable(info, e);
    }
  }

  /**
   * The elements of a tensor in row-major order, rounded to float32 where they are wider. More than
   * fit one array are refused: read them by {@link #window}.
   */
  public float[] floats(String name) {
    TensorInfo info = info(name);
    float[] values = new float[elements(info)];
    forEachWindow(info, (data, start, count) -> info.type().copy(data, values, start, count));
    return values;
  }

  /**
   * The elements of a tensor in row-major order; 64-bit integers are rounded to 53 bits. More than
   * fit one array are refused: read them by {@link #window}.
   */
  public double[] doubles(String name) {
    TensorInfo info = info(name);
    double[] values = new double[elements(info)];
    forEachWindow(info, (data, start, count) -> info.type().copy(data, values, start, count));
    return values;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void checkPart(TensorInfo info, long offset, int bytes) {
    if (offset < 0 || bytes < 0 || offset > info.bytes() - bytes) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid part: %d bytes from %d of tensor %s (%d bytes)",
              bytes, offset, info.name(), info.bytes()));
    }
  }

  private long position(TensorInfo info, long offset) {
    return header.dataStart() + info.begin() + offset;
  }

  private int elements(TensorInfo info) {
    if (info.elements() > MAXIMAL_ARRAY) {
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

  private UserError unreadable(TensorInfo info, IOException cause) {
    return new UserError(
        String.format(
            "Cannot read tensor '%s' of tensor file %s: %s", info.name(), file, cause.getMessage()),
        cause);
  }

  private static UserError unreadable(Path file, IOException cause) {
    return new UserError("Cannot read tensor file " + file + ": " + cause.getMessage(), cause);
  }

  private interface WindowConsumer {
    void accept(ByteBuffer data, int firstElement, int elements);
  }
}
