package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every broken file is refused with a message that names the file, what is wrong, and where. */
class SafetensorsCorruptionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|8|not a JSON object",
        "{\"a\":1}|8|tensor 'a' has the entry 1, expected dtype, shape and data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}|8|tensor 'a' has the entry",
        "{\"a\":{\"dtype\":\"F8\",\"shape\":[2],\"data_offsets\":[0,8]}}|8|dtype \"F8\", expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|8|shape [-2], expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}|8|shape [2.0], expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}|8|shape 2, expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|8|data_offsets [8, 0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}|8|data_offsets [0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}|8|data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|8|'a' has 8 bytes (offsets 0 to 8), but F32 [3] needs 12",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}|8|but F64 [2] needs 16",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}|8|impossible shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8|'a' leaves a gap: it starts at data byte 4, expected 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8|'b' overlaps the one before it",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8|names 'a' twice",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}|8|Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|7|truncated: tensor 'a' ends at data byte 8, but the file has 7 of 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|9|it has 9 data bytes, but its 1 tensors end at 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}x|8|not valid JSON",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}{}|8|text after the JSON object",
        "{\"a\":{\"dtype\":\"F32\"|8|not valid JSON",
        "{\"__metadata__\":{\"a\":1}}|0|__metadata__ entry 'a' is 1, expected a string",
        "{\"__metadata__\":[]}|0|__metadata__ is [], expected an object",
      })
  void aBrokenHeaderIsRefused(String header, int dataBytes, String message) throws IOException {
    assertRefused(framed(header.length(), header, dataBytes), message);
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    assertRefused(new byte[0], "it has 0 bytes");
  }

  @Test
  void aHeaderLengthBeyondTheFileIsRefused() throws IOException {
    assertRefused(
        framed(1000, "{}", 0), "truncated: the header ends at byte 1008, but the file has 10");
  }

  @Test
  void anAbsurdHeaderLengthIsRefused() throws IOException {
    assertRefused(framed(-1, "{}", 0), "header length is 18446744073709551615");
    assertRefused(framed(0, "", 0), "header length is 0");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] bytes = framed(8, "{\"____\"}", 0);
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

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = folder.resolve("broken.safetensors");
    Files.write(file, bytes);
    assertThatThrownBy(() -> SafetensorsReader.open(file).close())
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  private static byte[] framed(long length, String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(text)
        .array();
  }
}
