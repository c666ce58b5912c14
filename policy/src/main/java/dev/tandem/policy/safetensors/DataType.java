package dev.tandem.policy.safetensors;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The element types that Tandem reads and writes, little-endian, named as in the file header. The
 * order of the constants is that of the reference implementation, which writes types of stricter
 * alignment first.
 */
public enum DataType {
  BOOL(1, false) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.get(index) == 0 ? 0.0 : 1.0;
    }
  },
  U8(1, false) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.get(index) & 0xFF;
    }
  },
  F16(2, true) {
    @Override
    double element(ByteBuffer data, int index) {
      return HalfPrecision.float16(data.getShort(index * bytes()));
    }
  },
  BF16(2, true) {
    @Override
    double element(ByteBuffer data, int index) {
      return HalfPrecision.bfloat16(data.getShort(index * bytes()));
    }
  },
  I32(4, false) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.getInt(index * bytes());
    }
  },
  F32(4, true) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.getFloat(index * bytes());
    }

    @Override
    void copy(ByteBuffer data, float[] target, int start, int count) {
      data.asFloatBuffer().get(target, start, count);
    }
  },
  F64(8, true) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.getDouble(index * bytes());
    }

    @Override
    void copy(ByteBuffer data, double[] target, int start, int count) {
      data.asDoubleBuffer().get(target, start, count);
    }
  },
  I64(8, false) {
    @Override
    double element(ByteBuffer data, int index) {
      return data.getLong(index * bytes());
    }
  };

  private static final Map<String, DataType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(DataType::name, Function.identity()));

  private final int bytes;
  private final boolean floating;

  DataType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating-point numbers. */
  public boolean isFloating() {
    return floating;
  }

  /** The element at the given index of little-endian data that starts at byte 0 of the buffer. */
  abstract double element(ByteBuffer data, int index);

  /** Copies the first elements of the data into the target from the given index on. */
  void copy(ByteBuffer data, float[] target, int start, int count) {
    for (int i = 0; i < count; i++) {
      target[start + i] = (float) element(data, i);
    }
  }

  /** Copies the first elements of the data into the target from the given index on. */
  void copy(ByteBuffer data, double[] target, int start, int count) {
    for (int i = 0; i < count; i++) {
      target[start + i] = element(data, i);
    }
  }

  /** The type that a header gives the name, or null where there is none. */
  static @Nullable DataType find(String name) {
    return BY_NAME.get(name);
  }
}
