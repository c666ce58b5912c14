package dev.tandem.pairs.imports;

import java.util.Locale;

/** Why a line cannot be used. */
public enum Reason {
  /** The line is longer than {@link ImportConfig#MAX_LINE_BYTES}; its raw text is cut. */
  LINE_TOO_LONG,
  /** The line is not UTF-8. */
  BAD_ENCODING,
  /** The line is not one JSON object. */
  MALFORMED_JSON,
  /** A known key holds a value of the wrong type. */
  WRONG_TYPE,
  /** The line has neither a question nor a prompt. */
  NO_TASK,
  /** The line has a question, but names no image. */
  NO_IMAGE_PATH,
  /** The image path is absolute or leads out of the data folder, be it by a symbolic link. */
  PATH_OUTSIDE,
  /** There is no such image file. */
  MISSING_IMAGE,
  /** The file has more bytes than the limit. */
  FILE_TOO_LARGE,
  /** The image has more pixels than the limit, by its header. */
  TOO_MANY_PIXELS,
  /** The file is no image in a known format, is cut, or cannot be decoded. */
  CORRUPT_IMAGE;

  /** The name in tables and messages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
