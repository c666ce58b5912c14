package dev.tandem.policy.safetensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of an open tensor file. Safe for use by several threads. */
interface FileBytes extends Closeable {
  /** Number of bytes. */
  long size() throws IOException;

  /** Fills what remains of the buffer with the bytes from the position on; fails at the end. */
  void read(long position, ByteBuffer target) throws IOException;

  /** A little-endian, read-only view of a part, valid also after the file was closed. */
  ByteBuffer view(long position, int bytes) throws IOException;
}
