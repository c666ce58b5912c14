package dev.tandem.learner.batch;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * A local file of byte records that is gone when it is closed. Records are appended and read by
 * several threads at the same time.
 */
public final class SpoolFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final AtomicLong end = new AtomicLong();

  private SpoolFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Where a record lies. */
  public record Slice(long offset, int length) {}

  /** An empty file in Spark's scratch folder; without Spark, in that of the system. */
  public static SpoolFile create() {
    Path folder =
        Path.of(
            SparkEnv.get() == null
                ? System.getProperty("java.io.tmpdir")
                : SparkFiles.getRootDirectory());
    try {
      Path path = Files.createTempFile(folder, "tandem-", ".spool");
      return new SpoolFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a scratch file in " + folder, e);
    }
  }

  /** Adds a record: the bytes from the buffer's position to its limit. */
  public Slice append(ByteBuffer record) {
    Slice slice = new Slice(end.getAndAdd(record.remaining()), record.remaining());
    try {
      long place = slice.offset();
      while (record.hasRemaining()) {
        place += channel.write(record, place);
      }
      return slice;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to the scratch file " + path, e);
    }
  }

  /** A record's bytes, from position 0 to the limit of a buffer on the heap. */
  public ByteBuffer read(Slice slice) {
    ByteBuffer record = ByteBuffer.allocate(slice.length());
    try {
      while (record.hasRemaining()) {
        if (channel.read(record, slice.offset() + record.position()) < 0) {
          throw new EOFException("no record of %d bytes".formatted(slice.length()));
        }
      }
      return record.flip();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the scratch file " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the scratch file " + path, e);
    }
  }
}
