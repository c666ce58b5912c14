package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ours writes follows the rules of the format and the habits of the reference. */
class SafetensorsFormatTest {
  private static final int FILES = 50;
  private static final int ALIGNMENT = 8;
  private static final long SEED = 3;
  private static final List<String> NAMES =
      List.of("a", "layers.0.weight", "layers.10.weight", "ä€😀", "\"quoted\"\\\n", " ", "Z", "");

  @TempDir Path folder;

  @Test
  void writtenFilesFollowTheRules() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve("file");
      Map<String, TensorData> tensors = tensors(random);
      SafetensorsWriter.write(
          file, tensors, random.nextBoolean() ? Map.of() : Map.of("format", "pt", "ä", "\n"));

      byte[] bytes = Files.readAllBytes(file);
      List<FormatRules.Entry> entries = FormatRules.parse(bytes);

      assertHeaderIsPadded(FormatRules.header(bytes));
      assertThat(entries).isSortedAccordingTo(Comparator.comparingLong(FormatRules.Entry::begin));
      assertThat(entries)
          .isSortedAccordingTo(
              Comparator.comparingInt(
                      (FormatRules.Entry entry) -> FormatRules.WRITTEN_ORDER.indexOf(entry.type()))
                  .thenComparing(FormatRules.Entry::name));
      assertHolds(entries, tensors);
    }
  }

  private static void assertHeaderIsPadded(String header) {
    int bytes = header.getBytes(StandardCharsets.UTF_8).length;
    assertThat(bytes % ALIGNMENT).isZero();
    assertThat(header).startsWith("{");
    String object = header.stripTrailing();
    assertThat(object).endsWith("}");
    assertThat(header.substring(object.length()))
        .isEqualTo(" ".repeat(header.length() - object.length()));
    assertThat(header.length() - object.length()).isLessThan(ALIGNMENT);
  }

  private static void assertHolds(
      List<FormatRules.Entry> entries, Map<String, TensorData> tensors) {
    assertThat(entries).hasSameSizeAs(tensors.keySet());
    for (FormatRules.Entry entry : entries) {
      TensorData written = tensors.get(entry.name());
      assertThat(entry.type()).isEqualTo(written.type().name());
      assertThat(entry.shape()).isEqualTo(written.shape());
      assertThat(entry.end() - entry.begin()).isEqualTo(written.bytes());
    }
  }

  private static Map<String, TensorData> tensors(SplittableRandom random) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : NAMES) {
      if (random.nextInt(3) > 0) {
        DataType type = DataType.values()[random.nextInt(DataType.values().length)];
        long[] shape = random.longs(random.nextInt(4), 0, 4).toArray();
        long bytes = type.bytes();
        for (long size : shape) {
          bytes *= size;
        }
        tensors.put(name, TensorData.of(type, ByteBuffer.allocate((int) bytes), shape));
      }
    }
    return tensors;
  }
}
