package dev.tandem.pairs.imports;

/** A line cannot be used; the message says what was found. */
final class Rejection extends Exception {
  private final Reason reason;

  Rejection(Reason reason, String found) {
    super(found);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /** The text of column {@code reason}: kind, colon, what was found. */
  String text() {
    return reason.label() + ": " + getMessage();
  }
}
