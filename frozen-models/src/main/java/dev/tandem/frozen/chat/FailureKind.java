package dev.tandem.frozen.chat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Why a question has no answer. */
public enum FailureKind {
  /** No connection, or it broke. */
  CONNECTION(false),
  /** The reply was not there in time. */
  TIMEOUT(false),
  /** Not sent, because all servers failed again and again. */
  CIRCUIT_OPEN(false),
  /** A status other than success. */
  HTTP(false),
  /** Success, but the body is no chat completion. */
  REPLY(false),
  /** The answer reached the longest length allowed. */
  TRUNCATED(false),
  /** The model answered nothing. */
  EMPTY(true),
  /** The model refused to answer. */
  REFUSED(true),
  /** The answer is not JSON. */
  INVALID_JSON(true),
  /** The answer is JSON of another form than was asked for. */
  SCHEMA(true);

  private final boolean complete;

  FailureKind(boolean complete) {
    this.complete = complete;
  }

  /**
   * Whether the model said all that it has to say, so that the same question need not be asked
   * again. The others are asked again by the next run.
   */
  public boolean isComplete() {
    return complete;
  }

  /** Its name in tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind with this name. */
  public static FailureKind of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** Names of the kinds after which a question need not be asked again. */
  public static Set<String> completeLabels() {
    return Arrays.stream(values())
        .filter(FailureKind::isComplete)
        .map(FailureKind::label)
        .collect(Collectors.toUnmodifiableSet());
  }
}
