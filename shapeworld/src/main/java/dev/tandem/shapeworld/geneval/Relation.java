package dev.tandem.shapeworld.geneval;

import java.util.Optional;

/** GenEval's relative positions, in the order of their words. */
public enum Relation {
  ABOVE("above"),
  BELOW("below"),
  LEFT_OF("left of"),
  RIGHT_OF("right of");

  private final String words;

  Relation(String words) {
    this.words = words;
  }

  /** The relation as GenEval's metadata and prompts write it. */
  public String words() {
    return words;
  }

  /** The relation that holds for (b, a) when this one holds for (a, b). */
  public Relation inverse() {
    return switch (this) {
      case ABOVE -> BELOW;
      case BELOW -> ABOVE;
      case LEFT_OF -> RIGHT_OF;
      case RIGHT_OF -> LEFT_OF;
    };
  }

  /** The relation with the given {@link #words()}. */
  public static Optional<Relation> find(String words) {
    for (Relation relation : values()) {
      if (relation.words.equals(words)) {
        return Optional.of(relation);
      }
    }
    return Optional.empty();
  }
}
