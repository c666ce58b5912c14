package dev.tandem.frozen;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the protobuf of small ONNX models by hand: enough to test the engine without any tool that
 * exports models. Field numbers are those of onnx.proto3.
 */
public final class OnnxFile {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_STRING = 3;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private OnnxFile() {}

  /** A model [n, 3, side, side] -> [n, 3, 1, 1] that averages every channel. */
  public static byte[] globalAveragePool(String input, String output, int side) {
    byte[] node =
        message().text(1, input).text(2, output).text(4, "GlobalAveragePool").toByteArray();
    byte[] graph =
        message()
            .bytes(1, node)
            .text(2, "mean")
            .bytes(11, value(FLOAT, input, 3, side, side))
            .bytes(12, value(FLOAT, output, 3, 1, 1))
            .toByteArray();
    return model(graph);
  }

  /**
   * A model of inputs {@code input_ids} and {@code attention_mask} [n, length] -> {@code vector}
   * [n, dimension]: the sum of the tokens' rows of a table, tokens with mask 0 left out.
   *
   * @param table [tokens, dimension]
   */
  public static byte[] sumOfTokens(int length, float[][] table) {
    byte[] gather =
        message()
            .text(1, "table")
            .text(1, "input_ids")
            .text(2, "rows")
            .text(4, "Gather")
            .toByteArray();
    byte[] toFloat =
        message().text(1, "to").number(3, FLOAT).number(20, ATTRIBUTE_INT).toByteArray();
    byte[] cast =
        message()
            .text(1, "attention_mask")
            .text(2, "weights")
            .text(4, "Cast")
            .bytes(5, toFloat)
            .toByteArray();
    byte[] equation =
        message()
            .text(1, "equation")
            .text(4, "nl,nld->nd")
            .number(20, ATTRIBUTE_STRING)
            .toByteArray();
    byte[] sum =
        message()
            .text(1, "weights")
            .text(1, "rows")
            .text(2, "vector")
            .text(4, "Einsum")
            .bytes(5, equation)
            .toByteArray();
    return model(
        message()
            .bytes(1, gather)
            .bytes(1, cast)
            .bytes(1, sum)
            .text(2, "sum")
            .bytes(5, tensor("table", table))
            .bytes(11, value(INT64, "input_ids", length))
            .bytes(11, value(INT64, "attention_mask", length))
            .bytes(12, value(FLOAT, "vector", table[0].length))
            .toByteArray());
  }

  private static byte[] tensor(String name, float[][] table) {
    ByteBuffer raw =
        ByteBuffer.allocate(Float.BYTES * table.length * table[0].length)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : table) {
      for (float value : row) {
        raw.putFloat(value);
      }
    }
    return message()
        .number(1, table.length)
        .number(1, table[0].length)
        .number(2, FLOAT)
        .text(8, name)
        .bytes(9, raw.array())
        .toByteArray();
  }

  private static byte[] model(byte[] graph) {
    byte[] opset = message().text(1, "").number(2, OPSET).toByteArray();
    return message().number(1, IR_VERSION).bytes(7, graph).bytes(8, opset).toByteArray();
  }

  private static byte[] value(int type, String name, int... sizes) {
    Message shape = message().bytes(1, message().text(2, "n").toByteArray());
    for (int size : sizes) {
      shape.bytes(1, message().number(1, size).toByteArray());
    }
    byte[] tensor = message().number(1, type).bytes(2, shape.toByteArray()).toByteArray();
    byte[] typed = message().bytes(1, tensor).toByteArray();
    return message().text(1, name).bytes(2, typed).toByteArray();
  }

  private static Message message() {
    return new Message();
  }

  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(field << 3L);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message bytes(int field, byte[] value) {
      varint(field << 3L | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while (rest >= 0x80) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
