package dev.tandem.policy.safetensors;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

  static FileHeader read(Path file, FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw error(
          file,
          "it has " + fileBytes + " bytes, but a safetensors file starts with an 8-byte length");
    }
    long headerBytes = readFully(channel, 0, LENGTH_BYTES).getLong();
    if (headerBytes < 2 || headerBytes > MAXIMAL_BYTES) {
      throw error(
          file,
          String.format(
              "its header length is %s, expected 2 to %d; it is probably no safetensors file",
              Long.toUnsignedString(headerBytes), MAXIMAL_BYTES));
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > fileBytes) {
      throw error(
          file,
          String.format(
              "it is truncated: the header ends at byte %d, but the file has %d",
              dataStart, fileBytes));
    }
    String json = decode(file, readFully(channel, LENGTH_BYTES, (int) headerBytes));
    HeaderParser parser = new HeaderParser(file);
    parser.parse(json);
    LayoutCheck.check(file, parser.tensors(), fileBytes - dataStart);
    return new FileHeader(parser.tensors(), parser.metadata(), dataStart);
  }

  static UserError error(Path file, String problem) {
    return new UserError("Cannot read tensor file " + file + ": " + problem);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private static String decode(Path file, ByteBuffer header) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(header).toString();
    } catch (CharacterCodingException e) {
      throw new UserError("Cannot read tensor file " + file + ": its header is not UTF-8 text", e);
    }
  }
}
