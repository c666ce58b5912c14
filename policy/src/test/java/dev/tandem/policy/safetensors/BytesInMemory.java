package dev.tandem.policy.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor file that is nowhere on a disk. */
record BytesInMemory(byte[] content) implements FileBytes {
  @Override
  public long size() {
    return content.length;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    target.put(part(position, target.remaining()));
  }

  @Override
  public ByteBuffer view(long position, int bytes) throws IOException {
    return part(position, bytes);
  }

  private ByteBuffer part(long position, int bytes) throws IOException {
    if (position < 0 || bytes < 0 || position + bytes > content.length) {
      throw new EOFException("the file ends at byte " + content.length);
    }
    return ByteBuffer.wrap(content)
        .slice((int) position, bytes)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {}
}
