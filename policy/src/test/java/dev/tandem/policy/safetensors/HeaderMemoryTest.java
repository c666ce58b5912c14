package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Headers made to cost memory: what opening allocates stays below the file's size plus 64 MB. */
class HeaderMemoryTest {
  private static final Path FILE = Path.of("hostile.safetensors");
  private static final int MAXIMAL_TENSORS = 65_536;
  private static final int LARGE = 16_000_000;
  private static final int SMALL_HEADER_BYTES = 1_000_000;

  @Test
  void aLengthOf100MegabytesInASmallFileCostsNothing() throws IOException {
    byte[] file = file("{}");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_000);

    long allocated = Allocation.of(() -> assertRefused(file, "truncated"));

    assertThat(allocated).isLessThan(SMALL_HEADER_BYTES);
  }

  @Test
  void asManyTensorsAsAllowedOpen() throws IOException {
    assertBounded(tensors(MAXIMAL_TENSORS, "[0]"), MAXIMAL_TENSORS);
    assertBounded(tensors(MAXIMAL_TENSORS, "[0" + ",1".repeat(15) + "]"), MAXIMAL_TENSORS);
    assertBounded(tensors(MAXIMAL_TENSORS, "[0,999,999,999,999,999]"), MAXIMAL_TENSORS);
  }

  @Test
  void tensorsOfManyLongAxesAreBounded() throws IOException {
    assertBoundedRefusal(
        tensors(MAXIMAL_TENSORS, "[0" + ",999".repeat(15) + "]"), "impossible shape");
  }

  @Test
  void tensorsOfLongNamesAreBounded() throws IOException {
    String name = "n".repeat(990);
    byte[] file =
        file(
            IntStream.range(0, 30_000)
                .mapToObj(i -> entry(name + i, "[0]"))
                .collect(Collectors.joining(",", "{", "}")));
    assertBounded(file, 30_000);
  }

  @Test
  void manyTensorsBesideMuchMetadataAreBounded() throws IOException {
    String entries =
        IntStream.range(0, MAXIMAL_TENSORS)
            .mapToObj(i -> entry("t" + i, "[0" + ",999".repeat(15) + "]"))
            .collect(Collectors.joining(","));
    String metadata = "\"__metadata__\":{\"a\":\"" + "x".repeat(2_999_999) + "\"}";
    assertBoundedRefusal(file("{" + metadata + "," + entries + "}"), "impossible shape");
  }

  @Test
  void moreTensorsAreRefused() throws IOException {
    assertBoundedRefusal(
        tensors(2 * MAXIMAL_TENSORS, "[0]"), "tensor 't65536' has more than 65536 tensors before");
  }

  @Test
  void asMuchMetadataAsAllowedOpens() throws IOException {
    assertBounded(file("{\"__metadata__\":{\"a\":\"" + "x".repeat(2_999_999) + "\"}}"), 0);
    assertBounded(file("{\"__metadata__\":{\"a\":\"" + "€".repeat(2_999_999) + "\"}}"), 0);
    String entries =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"k" + i + "\":\"" + "v".repeat(290) + "\"")
            .collect(Collectors.joining(","));
    assertBounded(file("{\"__metadata__\":{" + entries + "}}"), 0);
  }

  @Test
  void moreMetadataIsRefused() throws IOException {
    assertBoundedRefusal(
        file("{\"__metadata__\":{\"a\":\"" + "x".repeat(LARGE) + "\"}}"), "not valid JSON");
    String entries =
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> "\"" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    assertBoundedRefusal(file("{\"__metadata__\":{" + entries + "}}"), "more than 10000");
  }

  @Test
  void endlessTokensAreRefused() throws IOException {
    assertBoundedRefusal(file("{\"" + "a".repeat(LARGE) + "\":1}"), "not valid JSON");
    assertBoundedRefusal(file("{\"a\":" + "[".repeat(LARGE)), "tensor 'a' has the entry a list");
    assertBoundedRefusal(file("{\"a\":" + "1".repeat(LARGE) + "}"), "not valid JSON");
    assertBoundedRefusal(
        file("{\"a\":{\"dtype\":\"" + "F".repeat(LARGE) + "\"}}"), "not valid JSON");
    assertBoundedRefusal(file("{\"a\":{\"shape\":[" + "1".repeat(LARGE) + "]}}"), "not valid JSON");
    assertBoundedRefusal(
        file("{\"a\":{\"shape\":[" + "1,".repeat(LARGE / 2) + "1]}}"), "more than 16 numbers");
    assertBounded(file("{" + " ".repeat(LARGE) + "}"), 0);
  }

  private static byte[] tensors(int count, String shape) {
    return file(
        IntStream.range(0, count)
            .mapToObj(i -> entry("t" + i, shape))
            .collect(Collectors.joining(",", "{", "}")));
  }

  private static String entry(String name, String shape) {
    return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,0]}";
  }

  private static byte[] file(String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static void assertBounded(byte[] file, int tensors) throws IOException {
    Allocation.assertBounded(
        file,
        () -> {
          try (SafetensorsReader reader = SafetensorsReader.open(FILE, new BytesInMemory(file))) {
            assertThat(reader.tensors().size()).isEqualTo(tensors);
          }
        });
  }

  private static void assertBoundedRefusal(byte[] file, String message) throws IOException {
    Allocation.assertBounded(file, () -> assertRefused(file, message));
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> SafetensorsReader.open(FILE, new BytesInMemory(file)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(FILE.toString())
        .hasMessageContaining(message);
  }
}
