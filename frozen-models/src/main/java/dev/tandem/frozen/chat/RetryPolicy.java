package dev.tandem.frozen.chat;

import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a question is sent again. Waits are random, so that tasks that failed
 * together do not come back together; no result depends on them.
 *
 * @param random uniform in [0, 1)
 */
record RetryPolicy(Duration first, Duration longest, Clock clock, DoubleSupplier random) {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MAX_DOUBLINGS = 30;

  /** Whether a reply with this status may be different next time. */
  static boolean isTemporary(int status) {
    return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= 500;
  }

  /** The wait after so many failed attempts (from 1), where the server says nothing about it. */
  Duration backoff(int failed) {
    double doubled = first.toNanos() * Math.pow(2, Math.min(failed - 1, MAX_DOUBLINGS));
    double wait = Math.min(doubled, longest.toNanos());
    return Duration.ofNanos(Math.round(wait * (1 + random.getAsDouble()) / 2));
  }

  /**
   * The wait that a server asks for: at least what it says, plus some of the first back-off.
   *
   * @param header value of {@code Retry-After}: seconds or an HTTP date (RFC 9110, 10.2.3)
   * @return empty if it is neither
   */
  Optional<Duration> asked(String header) {
    return parse(header.strip())
        .map(wait -> wait.plusNanos(Math.round(first.toNanos() * random.getAsDouble())));
  }

  private Optional<Duration> parse(String header) {
    if (header.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), until.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
