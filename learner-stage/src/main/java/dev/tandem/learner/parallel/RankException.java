package dev.tandem.learner.parallel;

import org.jspecify.annotations.Nullable;

/** The ranks of an update could not work together. The message names those that are missing. */
public final class RankException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RankException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  RankException(String message) {
    this(message, null);
  }
}
