package dev.tandem.pairs.imports;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the lines of a UTF-8 stream one by one. A line ends with a line feed or with the stream; a
 * line that is too long or no UTF-8 is reported as such and does not disturb the next.
 */
final class LineReader implements Closeable {
  private static final int KEPT_OF_LONG_LINE = 1 << 16;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream bytes;
  private final int maxLineBytes;
  private long number;

  /**
   * @param bytes a buffered stream, closed with this reader
   */
  LineReader(InputStream bytes, int maxLineBytes) {
    this.bytes = bytes;
    this.maxLineBytes = maxLineBytes;
  }

  /** The next line, or nothing after the last. */
  Optional<RawLine> next() throws IOException {
    int first = bytes.read();
    if (first < 0) {
      return Optional.empty();
    }
    number++;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    for (int b = first; b >= 0 && b != '\n'; b = bytes.read()) {
      if (length < maxLineBytes) {
        line.write(b);
      }
      length++;
    }
    return Optional.of(length > maxLineBytes ? tooLong(line, length) : decode(line));
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  private RawLine tooLong(ByteArrayOutputStream line, long length) {
    String beginning = new String(line.toByteArray(), 0, KEPT_OF_LONG_LINE, StandardCharsets.UTF_8);
    return new RawLine(
        number,
        beginning,
        new Rejection(
            Reason.LINE_TOO_LONG, "%d bytes, at most %d".formatted(length, maxLineBytes)));
  }

  private RawLine decode(ByteArrayOutputStream line) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(line.toByteArray()))
              .toString();
      boolean marked = number == 1 && text.startsWith(BYTE_ORDER_MARK);
      return new RawLine(number, marked ? text.substring(1) : text, null);
    } catch (CharacterCodingException e) {
      return new RawLine(
          number,
          line.toString(StandardCharsets.UTF_8),
          new Rejection(Reason.BAD_ENCODING, "not valid UTF-8"));
    }
  }
}
