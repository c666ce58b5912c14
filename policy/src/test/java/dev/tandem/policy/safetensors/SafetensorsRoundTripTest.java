package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {
  @TempDir Path folder;

  @Test
  void everyTypeComesBackWithShapeAndValues() {
    Path file = folder.resolve("all.safetensors");
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("floats", TensorData.of(new float[] {1.5f, -2f, Float.MIN_VALUE, 0f}, 2, 2));
    tensors.put("doubles", TensorData.of(new double[] {Math.PI, -1e300}, 2, 1));
    tensors.put("longs", TensorData.of(new long[] {-7, 1L << 40}, 2));
    tensors.put(
        "ints", TensorData.of(DataType.I32, littleEndian(8).putInt(-3).putInt(9).flip(), 2));
    tensors.put("bytes", TensorData.of(DataType.U8, ByteBuffer.wrap(new byte[] {0, -1, 7}), 3));
    tensors.put("booleans", TensorData.of(DataType.BOOL, ByteBuffer.wrap(new byte[] {1, 0}), 2));
    tensors.put("scalar", TensorData.of(new float[] {42f}));
    tensors.put("empty", TensorData.of(new float[0], 0, 5));
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt", "unicode", "\"ä\n"));

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.metadata()).isEqualTo(Map.of("format", "pt", "unicode", "\"ä\n"));
      assertThat(reader.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
      assertThat(reader.floats("floats")).containsExactly(1.5f, -2f, Float.MIN_VALUE, 0f);
      assertThat(reader.info("floats").shape()).containsExactly(2L, 2L);
      assertThat(reader.doubles("doubles")).containsExactly(Math.PI, -1e300);
      assertThat(reader.doubles("longs")).containsExactly(-7, 1L << 40);
      assertThat(reader.doubles("ints")).containsExactly(-3, 9);
      assertThat(reader.doubles("bytes")).containsExactly(0, 255, 7);
      assertThat(reader.doubles("booleans")).containsExactly(1, 0);
      assertThat(reader.info("scalar").shape()).isEmpty();
      assertThat(reader.floats("scalar")).containsExactly(42f);
      assertThat(reader.info("empty").shape()).containsExactly(0L, 5L);
      assertThat(reader.floats("empty")).isEmpty();
      assertThat(reader.data("doubles").getDouble(0)).isEqualTo(Math.PI);
    }
  }

  @Test
  void halfPrecisionIsDecodedExactly() {
    Path file = folder.resolve("half.safetensors");
    short[] float16 = {0x3C00, (short) 0xC000, 0x0001, 0x7BFF, 0x7C00, (short) 0x8000, 0x0400};
    short[] bfloat16 = {0x3F80, (short) 0xC000, 0x0001, 0x7F80, 0x4049};
    SafetensorsWriter.write(
        file,
        Map.of(
            "f16", TensorData.of(DataType.F16, shorts(float16), float16.length),
            "bf16", TensorData.of(DataType.BF16, shorts(bfloat16), bfloat16.length)));

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.doubles("f16"))
          .containsExactly(1.0, -2.0, 0x1p-24, 65504.0, Double.POSITIVE_INFINITY, -0.0, 0x1p-14);
      assertThat(reader.doubles("bf16"))
          .containsExactly(1.0, -2.0, 0x1p-133, Double.POSITIVE_INFINITY, 3.140625);
    }
  }

  @Test
  void bytesDoNotDependOnTheOrderOfInsertion() throws IOException {
    Map<String, TensorData> forward = new LinkedHashMap<>();
    forward.put("a", TensorData.of(new float[] {1f}, 1));
    forward.put("b", TensorData.of(new double[] {2}, 1));
    forward.put("c", TensorData.of(new float[] {3f}, 1));
    Map<String, TensorData> backward = new LinkedHashMap<>();
    List.of("c", "b", "a").forEach(name -> backward.put(name, forward.get(name)));
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");

    SafetensorsWriter.write(first, forward, Map.of("x", "1", "y", "2"));
    SafetensorsWriter.write(second, backward, Map.of("y", "2", "x", "1"));

    assertThat(first).hasSameBinaryContentAs(second);
    try (SafetensorsReader reader = SafetensorsReader.open(first)) {
      assertThat(reader.names()).containsExactly("b", "a", "c");
    }
  }

  /** Length 64, the header of the format's own documentation padded by spaces, two float32. */
  @Test
  void writesTheDocumentedBytes() throws IOException {
    Path file = folder.resolve("bytes");

    SafetensorsWriter.write(file, Map.of("w", TensorData.of(new float[] {1f, 2f}, 2)));

    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    String padded = header + " ".repeat(56 - header.length());
    ByteBuffer expected = littleEndian(8 + 56 + 8);
    expected.putLong(56).put(padded.getBytes(StandardCharsets.US_ASCII));
    expected.putFloat(1f).putFloat(2f);
    assertThat(ByteBuffer.wrap(Files.readAllBytes(file))).isEqualTo(expected.flip());
  }

  @Test
  void replacesAnOlderFileAndLeavesNoTemporaryOne() throws IOException {
    Path file = folder.resolve("weights");
    SafetensorsWriter.write(file, Map.of("old", TensorData.of(new float[] {1f}, 1)));

    SafetensorsWriter.write(file, Map.of("new", TensorData.of(new float[] {2f}, 1)));

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.names()).containsExactly("new");
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFailedWriteLeavesTheOlderFile() throws IOException {
    Path file = folder.resolve("weights");
    SafetensorsWriter.write(file, Map.of("old", TensorData.of(new float[] {1f}, 1)));
    TensorData broken =
        new TensorData(
            DataType.F32,
            List.of(2L),
            channel -> {
              throw new IOException("disk full");
            });

    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("new", broken)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("disk full");

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.names()).containsExactly("old");
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anUnknownTensorIsNamedWithTheFile() {
    Path file = folder.resolve("weights");
    SafetensorsWriter.write(file, Map.of("a", TensorData.of(new float[] {1f}, 1)));

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThatThrownBy(() -> reader.floats("b"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("'b'");
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer shorts(short[] values) {
    ByteBuffer bytes = littleEndian(values.length * Short.BYTES);
    for (short value : values) {
      bytes.putShort(value);
    }
    return bytes.flip();
  }
}
