package dev.tandem.pairs.imports;

import java.util.Locale;

/** The task that a sample is for. */
public enum Side {
  /** Answer a question about the image. */
  UNDERSTANDING,
  /** Make an image from the prompt. */
  GENERATION;

  /** The name in table {@code samples}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
