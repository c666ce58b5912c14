package dev.tandem.jobs.config;

/** Range checks of the records; the messages name the key, the value and what is allowed. */
final class Checks {
  private Checks() {}

  static void that(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  static void atLeast(String key, long value, long least) {
    that(value >= least, "Invalid %s: %d (must be at least %d)", key, value, least);
  }

  static void positive(String key, double value) {
    that(value > 0 && Double.isFinite(value), "Invalid %s: %s (must be positive)", key, value);
  }

  static void notNegative(String key, double value) {
    that(value >= 0 && Double.isFinite(value), "Invalid %s: %s (must be at least 0)", key, value);
  }

  static void within(String key, double value, double least, double most) {
    that(
        value >= least && value <= most,
        "Invalid %s: %s (must be between %s and %s)",
        key,
        value,
        least,
        most);
  }
}
