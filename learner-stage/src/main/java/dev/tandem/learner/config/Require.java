package dev.tandem.learner.config;

/** Range checks; the messages name the key, the value and what is allowed. */
final class Require {
  private Require() {}

  static void notNegative(String key, double value) {
    that(value >= 0 && Double.isFinite(value), key, value, "must be at least 0");
  }

  static void positive(String key, double value) {
    that(value > 0 && Double.isFinite(value), key, value, "must be positive");
  }

  static void positiveOrInfinite(String key, double value) {
    that(value > 0, key, value, "must be positive; .inf switches it off");
  }

  static void aboveOneOrInfinite(String key, double value) {
    that(value > 1, key, value, "must be above 1; .inf switches it off");
  }

  static void share(String key, double value) {
    that(value >= 0 && value < 1, key, value, "must be at least 0 and below 1");
  }

  static void notNegative(String key, int value) {
    that(value >= 0, key, value, "must be at least 0");
  }

  static void atLeastOne(String key, int value) {
    that(value >= 1, key, value, "must be at least 1");
  }

  private static void that(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid %s: %s (%s)".formatted(key, value, allowed));
    }
  }
}
