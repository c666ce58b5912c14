package dev.tandem.frozen;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the protobuf of a one-node ONNX model by hand: enough to test the engine without any tool
 * that exports models. Field numbers are those of onnx.proto3.
 */
final class OnnxFile {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private OnnxFile() {}

  /** A model [n, 3, side, side] -> [n, 3, 1, 1] that averages every channel. */
  static byte[] globalAveragePool(String input, String output, int side) {
    byte[] node =
        message().text(1, input).text(2, output).text(4, "GlobalAveragePool").toByteArray();
    byte[] graph =
        message()
            .bytes(1, node)
            .text(2, "mean")
            .bytes(11, value(input, 3, side, side))
            .bytes(12, value(output, 3, 1, 1))
            .toByteArray();
    byte[] opset = message().text(1, "").number(2, OPSET).toByteArray();
    return message().number(1, IR_VERSION).bytes(7, graph).bytes(8, opset).toByteArray();
  }

  private static byte[] value(String name, int... sizes) {
    Message shape = message().bytes(1, message().text(2, "n").toByteArray());
    for (int size : sizes) {
      shape.bytes(1, message().number(1, size).toByteArray());
    }
    byte[] tensor = message().number(1, FLOAT).bytes(2, shape.toByteArray()).toByteArray();
    byte[] type = message().bytes(1, tensor).toByteArray();
    return message().text(1, name).bytes(2, type).toByteArray();
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
