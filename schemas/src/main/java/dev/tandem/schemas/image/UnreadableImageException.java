package dev.tandem.schemas.image;

import java.io.IOException;

/** An image file cannot be used; the message says what was found. */
public final class UnreadableImageException extends IOException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  UnreadableImageException(Kind kind, String found) {
    super(found);
    this.kind = kind;
  }

  UnreadableImageException(Kind kind, String found, Throwable cause) {
    super(found, cause);
    this.kind = kind;
  }

  /** What is wrong with the file. */
  public Kind kind() {
    return kind;
  }

  /** The kinds of defect. */
  public enum Kind {
    /** No image in a known format, or one that is cut or damaged. */
    CORRUPT,
    /** More pixels than allowed, by the file's header. */
    TOO_MANY_PIXELS
  }
}
