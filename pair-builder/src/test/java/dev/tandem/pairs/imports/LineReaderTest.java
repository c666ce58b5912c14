package dev.tandem.pairs.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final int LIMIT = 100_000;

  @Test
  void aLastLineWithoutLineFeedIsRead() throws IOException {
    assertThat(read("a\nb")).extracting(RawLine::text).containsExactly("a", "b");
    assertThat(read("a\nb\n")).extracting(RawLine::text).containsExactly("a", "b");
  }

  @Test
  void blankLinesCountInNumbers() throws IOException {
    List<RawLine> lines = read("a\n\n \r\nb");
    assertThat(lines).extracting(RawLine::isBlank).containsExactly(false, true, true, false);
    assertThat(lines).extracting(RawLine::number).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    assertThat(read("\uFEFFa\n\uFEFFb")).extracting(RawLine::text).containsExactly("a", "\uFEFFb");
  }

  @Test
  void badEncodingSpoilsOneLineOnly() throws IOException {
    byte[] bytes = {'a', '\n', (byte) 0xC3, '(', '\n', 'b'};
    List<RawLine> lines = read(bytes);
    assertThat(lines.get(1).rejection().reason()).isEqualTo(Reason.BAD_ENCODING);
    assertThat(lines.get(2).text()).isEqualTo("b");
  }

  @Test
  void aLongLineIsCutAndTheNextOneRead() throws IOException {
    List<RawLine> lines = read("x".repeat(LIMIT + 1) + "\n" + "y".repeat(LIMIT) + "\nz");
    assertThat(lines.get(0).rejection().text())
        .isEqualTo("line_too_long: 100001 bytes, at most 100000");
    assertThat(lines.get(0).text()).hasSizeLessThan(LIMIT).startsWith("xxx");
    assertThat(lines.get(1).text()).hasSize(LIMIT);
    assertThat(lines.get(2).text()).isEqualTo("z");
  }

  @Test
  void anEmptyStreamHasNoLine() throws IOException {
    assertThat(read("")).isEmpty();
  }

  private static List<RawLine> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<RawLine> read(byte[] bytes) throws IOException {
    List<RawLine> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), LIMIT)) {
      for (Optional<RawLine> line = reader.next(); line.isPresent(); line = reader.next()) {
        lines.add(line.get());
      }
    }
    return lines;
  }
}
