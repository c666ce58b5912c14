package dev.tandem.learner.objective;

/** Range checks of the losses' settings; the messages name the key as the configuration does. */
final class Settings {
  private Settings() {}

  /** Infinity is allowed: it switches a limit off. */
  static void positive(String key, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("Invalid %s: %s (must be positive)".formatted(key, value));
    }
  }

  static void positiveAndFinite(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be positive and finite)".formatted(key, value));
    }
  }
}
