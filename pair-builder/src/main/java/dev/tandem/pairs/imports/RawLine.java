package dev.tandem.pairs.imports;

import org.jspecify.annotations.Nullable;

/**
 * A line as it was read.
 *
 * @param number place in the file, from 1
 * @param text the line without its end; not valid where there is a rejection
 * @param rejection why the text cannot be used; null: it can
 */
record RawLine(long number, String text, @Nullable Rejection rejection) {

  boolean isBlank() {
    return rejection == null && text.isBlank();
  }
}
