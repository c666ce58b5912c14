package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken file is refused with a message that names the file, what is wrong, and where. */
class SafetensorsCorruptionTest {
  /** Headers are written with ' for ", to be readable. */
  private static final String GOOD = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("brokenEntries")
  void aBrokenEntryIsRefused(String entry, String message) throws IOException {
    String header = "{" + entry + "}";
    assertRefused(framed(header.length(), header, 8), message);
  }

  static Stream<Arguments> brokenEntries() {
    return Stream.of(
        arguments("'a':1", "tensor 'a' has the entry 1, expected dtype, shape and data_offsets"),
        arguments("'a':[]", "tensor 'a' has the entry a list, expected"),
        arguments("'a':null", "tensor 'a' has the entry null, expected"),
        arguments("'a':{}", "tensor 'a' has no dtype, expected"),
        arguments("'a':{'dtype':'F32','shape':[2]}", "tensor 'a' has no data_offsets"),
        arguments(
            "'a':{'dtype':'F32','extra':1,'shape':[2],'data_offsets':[0,8]}",
            "tensor 'a' has the unknown key 'extra'"),
        arguments(tensor("'F8'", "[2]", "[0,8]"), "tensor 'a' has dtype \"F8\", expected one of"),
        arguments(tensor("'f32'", "[2]", "[0,8]"), "dtype \"f32\", expected one of"),
        arguments(tensor("32", "[2]", "[0,8]"), "tensor 'a' has dtype 32, expected one of"),
        arguments(tensor("{}", "[2]", "[0,8]"), "tensor 'a' has dtype an object, expected one of"),
        arguments(tensor("'F32'", "[-2]", "[0,8]"), "tensor 'a' has -2 in shape, expected whole"),
        arguments(tensor("'F32'", "[-0]", "[0,8]"), "tensor 'a' has -0 in shape, expected whole"),
        arguments(tensor("'F32'", "[2.0]", "[0,8]"), "tensor 'a' has 2.0 in shape"),
        arguments(tensor("'F32'", "[2e0]", "[0,8]"), "tensor 'a' has 2e0 in shape"),
        arguments(tensor("'F32'", "['2']", "[0,8]"), "tensor 'a' has \"2\" in shape"),
        arguments(tensor("'F32'", "[[2]]", "[0,8]"), "tensor 'a' has a list in shape"),
        arguments(tensor("'F32'", "[true]", "[0,8]"), "tensor 'a' has true in shape"),
        arguments(tensor("'F32'", "2", "[0,8]"), "tensor 'a' has shape 2, expected a list"),
        arguments(
            tensor("'F32'", "[" + "1,".repeat(16) + "2]", "[0,8]"),
            "tensor 'a' has more than 16 numbers in shape"),
        arguments(tensor("'F32'", "[2]", "[8,0]"), "tensor 'a' has data_offsets [8, 0]"),
        arguments(tensor("'F32'", "[2]", "[0]"), "tensor 'a' has data_offsets [0], expected two"),
        arguments(tensor("'F32'", "[2]", "[0,8,8]"), "more than 2 numbers in data_offsets"),
        arguments(
            tensor("'F32'", "[2]", "[0,99999999999999999999]"),
            "tensor 'a' has 99999999999999999999 in data_offsets"),
        arguments(
            tensor("'F32'", "[2]", "[0," + "9".repeat(2000) + "]"),
            "not valid JSON, at or after the entry 'a'"),
        arguments(
            tensor("'F32'", "[2]", "[0,9223372036854775807]"),
            "'a' has 9223372036854775807 bytes (offsets 0 to 9223372036854775807), but F32 [2]"),
        arguments(
            tensor("'F32'", "[3]", "[0,8]"),
            "'a' has 8 bytes (offsets 0 to 8), but F32 [3] needs 12"),
        arguments(tensor("'F64'", "[2]", "[0,8]"), "but F64 [2] needs 16"),
        arguments(
            tensor("'F64'", "[4611686018427387904,4]", "[0,8]"),
            "tensor 'a' has the impossible shape [4611686018427387904, 4]"),
        arguments(
            tensor("'F64'", "[0,4611686018427387904,4]", "[0,0]"), "'a' has the impossible shape"),
        arguments(
            tensor("'F32'", "[1]", "[4,8]"),
            "'a' leaves a gap: it starts at data byte 4, expected 0"),
        arguments(
            GOOD + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}",
            "'b' overlaps the one before it: it starts at data byte 4, expected 8"),
        arguments(
            GOOD + ",'b':{'dtype':'F32','shape':[0],'data_offsets':[4,4]}",
            "'b' overlaps the one before it"),
        arguments(GOOD + "," + GOOD, "names 'a' twice"),
        arguments(
            "'a':{'dtype':'F32','shape':[2],'shape':[2],'data_offsets':[0,8]}",
            "tensor 'a' has its shape twice"),
        arguments(GOOD.replace(":[0,8]", ":" + "[".repeat(100_000)), "'a' has a list in data_offs"),
        arguments("'a':" + "{'a':".repeat(100_000), "tensor 'a' has the unknown key 'a'"),
        arguments("'" + "a".repeat(2000) + "':1", "not valid JSON"),
        arguments(GOOD + "}x", "not valid JSON, at or after the entry 'a'"),
        arguments(GOOD + "}{", "text after the JSON object"),
        arguments("'a':{'dtype':'F32',", "not valid JSON, at or after the entry 'a'"),
        arguments("'__metadata__':{'a':1}", "__metadata__ entry 'a' is 1, expected a string"),
        arguments("'__metadata__':{'a':'b','a':'c'}", "__metadata__ entry 'a' is there twice"),
        arguments("'__metadata__':[]", "__metadata__ is a list, expected an object"),
        arguments("'__metadata__':{},'__metadata__':{}", "names '__metadata__' twice"));
  }

  @Test
  void dataThatEndsEarlyOrLateIsRefused() throws IOException {
    String header = "{" + GOOD + "}";
    assertRefused(
        framed(header.length(), header, 7),
        "truncated: tensor 'a' ends at data byte 8, but the file has 7 of 8");
    assertRefused(
        framed(header.length(), header, 9), "it has 9 data bytes, but its 1 tensors end at 8");
  }

  @Test
  void aHeaderThatDoesNotStartWithABraceIsRefused() throws IOException {
    assertRefused(framed(2, "[]", 0), "not a JSON object: it starts with byte 0x5B, expected '{'");
    assertRefused(framed(3, " {}", 0), "it starts with byte 0x20");
    assertRefused(framed(5, "\uFEFF{}", 0), "it starts with byte 0xEF");
  }

  @Test
  void aFileTooShortForAHeaderIsRefused() throws IOException {
    assertRefused(new byte[0], "it has 0 bytes");
    assertRefused(framed(0, "", 0), "it has 8 bytes");
  }

  @Test
  void aHeaderLengthBeyondTheFileIsRefused() throws IOException {
    assertRefused(
        framed(1000, "{}", 0), "truncated: the header ends at byte 1008, but the file has 10");
  }

  @Test
  void anAbsurdHeaderLengthIsRefused() throws IOException {
    assertRefused(framed(-1, "{}", 0), "header length is 18446744073709551615");
    assertRefused(framed(100_000_001, "{}", 0), "header length is 100000001");
    assertRefused(framed(0, "{}", 0), "header length is 0");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] bytes = framed(8, "{'____'}", 0);
    bytes[11] = (byte) 0xC3;
    assertRefused(bytes, "not UTF-8");
  }

  @Test
  void aMissingFileIsRefused() {
    Path file = folder.resolve("absent.safetensors");
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no such file");
  }

  @Test
  void aFileShortenedWhileItIsOpenIsRefusedWithTheTensor() throws IOException {
    Path file = folder.resolve("shortened.safetensors");
    SafetensorsWriter.write(file, Map.of("a", TensorData.of(new float[] {1, 2}, 2)));
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

      assertThatThrownBy(() -> reader.read(reader.info("a"), 0, ByteBuffer.allocate(8)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("'a'");
      assertThatThrownBy(() -> reader.floats("a"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("'a'");
    }
  }

  private static String tensor(String type, String shape, String offsets) {
    return "'a':{'dtype':" + type + ",'shape':" + shape + ",'data_offsets':" + offsets + "}";
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = folder.resolve("broken.safetensors");
    Files.write(file, bytes);
    assertThatThrownBy(() -> SafetensorsReader.open(file).close())
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  private static byte[] framed(long length, String header, int dataBytes) {
    byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(text)
        .array();
  }
}
