package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens 120,000 damaged files. Each is refused with an error that names it, or opens and all of its
 * tensors can be read; the rules of the format, written down apart, must agree with the verdict.
 */
class HeaderFuzzTest {
  private static final int CASES = 120_000;
  private static final int CASES_ON_DISK = 2_000;
  private static final long SEED = 20261121;
  private static final Path FILE = Path.of("folder", "fuzzed.safetensors");

  /** At least so many cases must go either way, or the mutations test nothing. */
  private static final int ENOUGH = CASES / 10;

  /** Parts of what the errors say; each must be met. */
  private static final List<String> REFUSALS =
      List.of(
          "it has 9 bytes",
          "its header length is",
          "it is truncated: the header ends",
          "it is truncated: tensor",
          "data bytes, but its",
          "it starts with byte",
          "is not valid JSON",
          "is not UTF-8 text",
          "text after the JSON object",
          "' twice",
          "overlaps the one before it",
          "leaves a gap",
          "needs",
          "impossible shape",
          "the entry",
          "unknown key",
          "has no dtype",
          "has its shape twice",
          "expected a list of whole numbers",
          "has dtype",
          " in shape, expected",
          " in data_offsets, expected",
          "two numbers in ascending order",
          "more than 16 numbers",
          "more than 2 numbers",
          "__metadata__ is",
          "__metadata__ entry");

  @TempDir Path folder;

  @Test
  void everyDamagedFileIsRefusedOrReadWithBoundedMemory() throws IOException {
    Map<String, Integer> refusals = new TreeMap<>();
    int opened = 0;
    for (int i = 0; i < CASES; i++) {
      byte[] file = HeaderMutations.file(SEED + i);
      String refusal = open(i, file);
      if (refusal.isEmpty()) {
        opened++;
      } else {
        refusals.merge(kind(refusal), 1, Integer::sum);
      }
    }
    assertThat(opened).isBetween(ENOUGH, CASES - ENOUGH);
    assertThat(refusals).containsKeys(REFUSALS.toArray(String[]::new));
  }

  @Test
  void aFileOnDiskIsJudgedAsInMemory() throws IOException {
    for (int i = 0; i < CASES_ON_DISK; i++) {
      byte[] content = HeaderMutations.file(SEED - 1 - i);
      Path file = folder.resolve("fuzzed" + i);
      Files.write(file, content);
      String inMemory = open(i, content);
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        readAll(reader);
        assertThat(inMemory).as("case %d", i).isEmpty();
      } catch (UserError e) {
        assertThat(e.getMessage().replace(file.toString(), FILE.toString())).isEqualTo(inMemory);
      }
      Files.delete(file);
    }
  }

  /** The error's message, or nothing where the file opened; anything else fails the test. */
  private static String open(int number, byte[] file) throws IOException {
    List<SafetensorsReader> opened = new ArrayList<>();
    String[] refusal = {""};
    try {
      Allocation.assertBounded(
          file,
          () -> {
            try {
              opened.add(SafetensorsReader.open(FILE, new BytesInMemory(file)));
            } catch (UserError e) {
              refusal[0] = e.getMessage();
            }
          });
      if (opened.isEmpty()) {
        assertThat(refusal[0]).contains(FILE.toString());
      } else {
        readAll(opened.get(0));
      }
      assertRulesAgree(file, opened);
      return refusal[0];
    } catch (IOException | RuntimeException | Error e) {
      return fail(
          "Case %d (%s): %s".formatted(number, HexFormat.of().formatHex(file), e.getMessage()), e);
    }
  }

  private static void readAll(SafetensorsReader reader) {
    for (TensorInfo info : reader.tensors()) {
      ByteBuffer copy = ByteBuffer.allocate((int) info.bytes());
      reader.read(info, 0, copy);
      assertThat(copy.flip()).isEqualTo(reader.data(info.name()));
      assertThat(reader.floats(info.name())).hasSize((int) info.elements());
    }
  }

  private static void assertRulesAgree(byte[] file, List<SafetensorsReader> opened)
      throws IOException {
    List<FormatRules.Entry> expected;
    try {
      expected = FormatRules.parse(file);
    } catch (IOException | RuntimeException e) {
      assertThat(opened).as("breaks a rule: %s", e.getMessage()).isEmpty();
      return;
    }
    // A tree of JSON does not show the sign of a zero, which no unsigned number has.
    boolean signed = FormatRules.header(file).contains("-0");
    boolean withinLimits =
        expected.stream()
            .allMatch(entry -> entry.shape().size() <= 16 && entry.name().length() <= 1000);
    assertThat(opened).as("breaks no rule").hasSize(withinLimits && !signed ? 1 : 0);
    for (SafetensorsReader reader : opened) {
      assertThat(reader.names()).hasSize(expected.size());
      for (FormatRules.Entry entry : expected) {
        TensorInfo info = reader.info(entry.name());
        assertThat(info.type().name()).isEqualTo(entry.type());
        assertThat(info.shape()).isEqualTo(entry.shape());
        assertThat(info.begin()).isEqualTo(entry.begin());
        assertThat(info.end()).isEqualTo(entry.end());
      }
    }
  }

  private static String kind(String refusal) {
    return REFUSALS.stream().filter(refusal::contains).findFirst().orElse("another");
  }
}
