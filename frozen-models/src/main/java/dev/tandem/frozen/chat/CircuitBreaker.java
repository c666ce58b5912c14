package dev.tandem.frozen.chat;

import java.util.function.LongSupplier;

/**
 * Keeps requests from a server that failed again and again. After a pause it lets one through; if
 * that succeeds the server is back, else the next pause begins. Not thread-safe.
 */
final class CircuitBreaker {
  private final int limit;
  private final long pauseNanos;
  private final LongSupplier clock;
  private int failures;
  private long closedUntil;
  private boolean probing;

  /**
   * @param clock nanoseconds from any moment
   */
  CircuitBreaker(ServiceSettings.Breaker settings, LongSupplier clock) {
    this.limit = settings.failures();
    this.pauseNanos = ServiceSettings.seconds(settings.pause()).toNanos();
    this.clock = clock;
  }

  /** Whether a request may be sent now. */
  boolean isPassable() {
    return failures < limit || (!probing && clock.getAsLong() - closedUntil >= 0);
  }

  /** Notes that a request is sent. */
  void pass() {
    probing = failures >= limit;
  }

  void succeeded() {
    failures = 0;
    probing = false;
  }

  void failed() {
    failures = Math.min(limit, failures + 1); // stays at the limit, however long it lasts
    probing = false;
    closedUntil = clock.getAsLong() + pauseNanos;
  }

  /** Notes that a request ended without telling anything about the server. */
  void gaveUp() {
    probing = false;
  }
}
