package dev.tandem.shapeworld.geneval;

import java.util.Locale;
import java.util.Optional;

/** GenEval's six prompt templates. */
public enum Tag {
  /** "a photo of a circle". */
  SINGLE_OBJECT,
  /** "a photo of a circle and a square". */
  TWO_OBJECT,
  /** "a photo of three stars". */
  COUNTING,
  /** "a photo of a red circle". */
  COLORS,
  /** "a photo of a cross left of a ring". */
  POSITION,
  /** "a photo of a red circle and a blue square". */
  COLOR_ATTR;

  /** The tag as GenEval's metadata writes it, for example {@code color_attr}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tag with the given {@link #word()}. */
  public static Optional<Tag> find(String word) {
    for (Tag tag : values()) {
      if (tag.word().equals(word)) {
        return Optional.of(tag);
      }
    }
    return Optional.empty();
  }
}
