package dev.tandem.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A Hadoop file system that is not the local one: its files lie on the disk, but their paths have
 * the scheme {@code other}, which java.nio does not know. It can stop a write half-way. Hadoop
 * finds it as a service; {@link #register} tells Delta of it.
 */
public final class OtherFileSystem extends RawLocalFileSystem {
  /** Scheme of its paths. */
  public static final String SCHEME = "other";

  /**
   * System property: the process stops at once, as when it is killed, in the middle of the first
   * write to a file whose path ends like this.
   */
  public static final String HALT_AT = "tandem.test.halt_at";

  /** Exit status of a process that stopped so: that of a kill. */
  public static final int HALTED = 137;

  private static volatile String failAt = "";

  /** Lets Delta write to it in sessions that start later in this process. */
  public static void register() {
    System.setProperty("spark.delta.logStore.other.impl", "io.delta.storage.LocalLogStore");
  }

  /** Writes to files whose paths end like this fail half-way from now on; empty: none. */
  public static void failAt(String end) {
    failAt = end;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return failing(
        file, super.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return failing(
        file,
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream failing(Path file, FSDataOutputStream out) throws IOException {
    String haltAt = System.getProperty(HALT_AT, "");
    boolean halts = !haltAt.isEmpty() && file.toString().endsWith(haltAt);
    boolean fails = !failAt.isEmpty() && file.toString().endsWith(failAt);
    return halts || fails ? new FSDataOutputStream(new Half(out, halts), null) : out;
  }

  /** Takes half of what is first written. */
  private static final class Half extends FilterOutputStream {
    private final boolean halts;

    Half(OutputStream out, boolean halts) {
      super(out);
      this.halts = halts;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length / 2);
      out.flush();
      if (halts) {
        Runtime.getRuntime().halt(HALTED);
      }
      throw new IOException("no space left");
    }
  }
}
