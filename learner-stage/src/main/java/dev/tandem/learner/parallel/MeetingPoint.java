package dev.tandem.learner.parallel;

import java.io.Serializable;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * The key-value store through which ranks find each other. The driver keeps it, so that it outlives
 * any rank and can say who is missing.
 *
 * @param host of the driver, as executors know it
 * @param port that it listens at
 */
public record MeetingPoint(String host, int port) implements Serializable {

  /** A meeting point that is kept open. */
  public static final class Open implements AutoCloseable {
    private final MeetingPoint point;
    private final TCPStore store;

    private Open(MeetingPoint point, TCPStore store) {
      this.point = point;
      this.store = store;
    }

    /** What ranks need to know to come here. */
    public MeetingPoint point() {
      return point;
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Opens a meeting point in this process at a free port. */
  public static Open open(String host) {
    try (TCPStoreOptions options =
        new TCPStoreOptions().isServer(true).waitWorkers(false).port((short) 0)) {
      TCPStore store = new TCPStore(host, options);
      return new Open(new MeetingPoint(host, Short.toUnsignedInt(store.getPort())), store);
    } catch (RuntimeException e) {
      throw new RankException(
          "Cannot open a meeting point for ranks at %s: %s".formatted(host, Causes.brief(e)), e);
    }
  }

  /** Connects to the meeting point. */
  TCPStore connect(Milliseconds timeout) {
    try (TCPStoreOptions options =
        new TCPStoreOptions()
            .isServer(false)
            .waitWorkers(false)
            .port((short) port)
            .timeout(timeout)) {
      return new TCPStore(host, options);
    }
  }
}
