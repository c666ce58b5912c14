package dev.tandem.schemas.jsonl;

/** A line that does not have the expected format. */
public final class LineFormatException extends Exception {
  /** What is wrong with the line. */
  public enum Kind {
    /** Not one JSON object: bad syntax, a repeated key, another kind of value, trailing text. */
    MALFORMED_JSON,
    /** A known key holds a value of the wrong type. */
    WRONG_TYPE,
    /** A required key is missing. */
    MISSING_KEY
  }

  private final Kind kind;

  LineFormatException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
