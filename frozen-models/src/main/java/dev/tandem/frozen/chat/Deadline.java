package dev.tandem.frozen.chat;

import java.time.Duration;

/**
 * A moment after which nothing is waited for.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
record Deadline(long nanos) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** The time until then; zero once it has passed. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  Deadline orSooner(Deadline other) {
    return other.nanos - nanos < 0 ? other : this;
  }
}
