package dev.tandem.learner.parallel;

/** Messages of libtorch, which go on with a native stack trace. */
final class Causes {
  private Causes() {}

  /** What happened, without where in libtorch. */
  static String brief(RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    String first = message.lines().findFirst().orElse(message);
    // Gloo puts the place in its source first.
    return first.startsWith("[") && first.contains("] ")
        ? first.substring(first.indexOf("] ") + 2)
        : first;
  }
}
