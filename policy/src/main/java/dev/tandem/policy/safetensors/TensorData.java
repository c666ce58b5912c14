package dev.tandem.policy.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor to be written. The content is asked for once, while the file is written, so that a large
 * model need not be held twice.
 *
 * @param type type of the elements
 * @param shape size of every axis, row-major; empty for a scalar
 * @param content writes the elements, little-endian
 */
public record TensorData(DataType type, List<Long> shape, Content content) {
  public TensorData {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "Invalid shape: " + shape + " (sizes must not be negative)");
    }
  }

  /** Writes exactly the bytes of a tensor. */
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** A float32 tensor. */
  public static TensorData of(float[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.F32, values.length);
    bytes.asFloatBuffer().put(values);
    return of(DataType.F32, bytes, shape);
  }

  /** A float64 tensor. */
  public static TensorData of(double[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.F64, values.length);
    bytes.asDoubleBuffer().put(values);
    return of(DataType.F64, bytes, shape);
  }

  /** A tensor of 64-bit integers. */
  public static TensorData of(long[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.I64, values.length);
    bytes.asLongBuffer().put(values);
    return of(DataType.I64, bytes, shape);
  }

  /** A float16 or bfloat16 tensor of the nearest values, ties to even; too large ones overflow. */
  public static TensorData rounded(DataType type, float[] values, long... shape) {
    if (type != DataType.F16 && type != DataType.BF16) {
      throw new IllegalArgumentException(
          "Invalid type: " + type + " (expected one of 16 bits, F16 or BF16)");
    }
    ByteBuffer bytes = allocate(type, values.length);
    for (float value : values) {
      bytes.putShort(
          type == DataType.F16 ? HalfPrecision.toFloat16(value) : HalfPrecision.toBfloat16(value));
    }
    return of(type, bytes.flip(), shape);
  }

  /** A tensor of any type whose little-endian bytes are the remaining ones of the buffer. */
  public static TensorData of(DataType type, ByteBuffer bytes, long... shape) {
    ByteBuffer content = bytes.asReadOnlyBuffer();
    TensorData data =
        new TensorData(
            type,
            Arrays.stream(shape).boxed().toList(),
            channel -> SafetensorsWriter.writeFully(channel, content.duplicate()));
    if (data.bytes() != content.remaining()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor data: %d bytes, but %s %s needs %d",
              content.remaining(), type, data.shape(), data.bytes()));
    }
    return data;
  }

  /** Number of bytes. */
  public long bytes() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  private static ByteBuffer allocate(DataType type, int elements) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
