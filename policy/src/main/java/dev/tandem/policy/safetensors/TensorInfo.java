package dev.tandem.policy.safetensors;

import java.util.List;

/**
 * What the header of a safetensors file says about one tensor.
 *
 * @param name unique name within the file
 * @param type type of the elements
 * @param shape size of every axis, row-major; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last one, counted from the end of the header
 */
public record TensorInfo(String name, DataType type, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of bytes. */
  public long bytes() {
    return end - begin;
  }

  /** Number of elements. */
  public long elements() {
    return bytes() / type.bytes();
  }

  /** The shape as an array. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
