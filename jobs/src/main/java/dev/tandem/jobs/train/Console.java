package dev.tandem.jobs.train;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/**
 * Shows long work: on a terminal one live line that counts the seconds, elsewhere plain lines when
 * something is done.
 */
public final class Console implements AutoCloseable {
  private static final long TICK_MILLIS = 500;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private String live = "";
  private Instant since = Instant.now();
  private boolean closed;

  private Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    if (terminal) {
      Thread ticker = new Thread(this::tick, "progress line");
      ticker.setDaemon(true);
      ticker.start();
    }
  }

  /** The console of this process. */
  public static Console open() {
    return new Console(System.out, System.console() != null);
  }

  /** A console that prints plain lines to the stream. */
  static Console plain(PrintStream out) {
    return new Console(out, false);
  }

  /** Names the work that goes on now; only a terminal shows it. */
  public synchronized void doing(String what) {
    live = what;
    since = Instant.now();
    draw();
  }

  /** Prints a line that stays, and shows no work until the next is named. */
  public synchronized void print(String line) {
    live = "";
    report(line);
  }

  /** Prints a line that stays, above the work that goes on. */
  synchronized void report(String line) {
    if (terminal) {
      out.print(CLEAR_LINE);
    }
    out.println(line);
    out.flush();
    draw();
  }

  private void tick() {
    try {
      while (!isClosed()) {
        Thread.sleep(TICK_MILLIS);
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void draw() {
    if (terminal && !live.isEmpty() && !closed) {
      out.print(
          CLEAR_LINE + live + " " + Duration.between(since, Instant.now()).toSeconds() + " s");
      out.flush();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (terminal && !live.isEmpty()) {
      out.print(CLEAR_LINE);
    }
  }
}
