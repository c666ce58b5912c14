package dev.tandem.policy.safetensors;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file.
 *
 * @param tensors the tensors, ordered by their bytes in the file
 * @param metadata free text entries
 * @param dataStart position in the file of the tensors' first byte
 */
record FileHeader(List<TensorInfo> tensors, Map<String, String> metadata, long dataStart) {
  static final int LENGTH_BYTES = Long.BYTES;

  /** The limit of the reference implementation; larger ones are refused as corrupt. */
  private static final long MAXIMAL_BYTES = 100_000_000;

  /** The shortest header is an empty object. */
  private static final long MINIMAL_BYTES = 2;

  static FileHeader read(Path file, FileBytes bytes) throws IOException {
    long fileBytes = bytes.size();
    long dataStart = dataStart(file, bytes, fileBytes);
    HeaderParser parser = HeaderParser.parse(file, new PartStream(bytes, LENGTH_BYTES, dataStart));
    LayoutCheck.check(file, parser.tensors(), fileBytes - dataStart);
    return new FileHeader(parser.tensors(), parser.metadata(), dataStart);
  }

  static UserError error(Path file, String problem) {
    return new UserError("Cannot read tensor file " + file + ": " + problem);
  }

  private static long dataStart(Path file, FileBytes bytes, long fileBytes) throws IOException {
    if (fileBytes < LENGTH_BYTES + MINIMAL_BYTES) {
      throw error(
          file,
          String.format(
              "it has %d bytes, but a safetensors file has an 8-byte length and a header",
              fileBytes));
    }
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(0, start);
    long headerBytes = start.getLong(0);
    if (headerBytes < MINIMAL_BYTES || headerBytes > MAXIMAL_BYTES) {
      throw error(
          file,
          String.format(
              "its header length is %s, expected %d to %d; it is probably no safetensors file",
              Long.toUnsignedString(headerBytes), MINIMAL_BYTES, MAXIMAL_BYTES));
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > fileBytes) {
      throw error(
          file,
          String.format(
              "it is truncated: the header ends at byte %d, but the file has %d",
              dataStart, fileBytes));
    }
    if (start.get(LENGTH_BYTES) != '{') {
      throw error(
          file,
          String.format(
              "its header is not a JSON object: it starts with byte 0x%02X, expected '{'",
              start.get(LENGTH_BYTES)));
    }
    return dataStart;
  }

  /** A part of a file in reading order, so that no header length makes us allocate as much. */
  private static final class PartStream extends InputStream {
    private final FileBytes bytes;
    private final long end;
    private long position;

    PartStream(FileBytes bytes, long start, long end) {
      this.bytes = bytes;
      this.position = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      int count = (int) Math.min(length, end - position);
      bytes.read(position, ByteBuffer.wrap(target, offset, count));
      position += count;
      return count;
    }
  }
}
