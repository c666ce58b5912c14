package dev.tandem.shapeworld;

import dev.tandem.shapeworld.geneval.Relation;
import java.util.Optional;

/** The four quadrants of an image, in reading order. A scene has at most one object in each. */
public enum Place {
  TOP_LEFT(0, 0),
  TOP_RIGHT(1, 0),
  BOTTOM_LEFT(0, 1),
  BOTTOM_RIGHT(1, 1);

  private final int column;
  private final int row;
  private final String words = Words.of(this);

  Place(int column, int row) {
    this.column = column;
    this.row = row;
  }

  /** 0 on the left, 1 on the right. */
  public int column() {
    return column;
  }

  /** 0 at the top, 1 at the bottom. */
  public int row() {
    return row;
  }

  /** The place as texts name it, for example {@code top left}. */
  public String words() {
    return words;
  }

  /**
   * Whether an object here stands in the relation to an object at the other place. Scenes are laid
   * out such that GenEval's position rule agrees, diagonal neighbours included: the top left one is
   * both left of and above the bottom right one.
   */
  public boolean is(Relation relation, Place other) {
    return switch (relation) {
      case ABOVE -> row < other.row;
      case BELOW -> row > other.row;
      case LEFT_OF -> column < other.column;
      case RIGHT_OF -> column > other.column;
    };
  }

  /** Whether both share a row or a column. */
  public boolean isBeside(Place other) {
    return this != other && (row == other.row || column == other.column);
  }

  /** The quadrant of a point in an image of {@link Scene#SIZE} pixels. */
  public static Place at(double x, double y) {
    double middle = Scene.SIZE / 2.0;
    return values()[(y < middle ? 0 : 2) + (x < middle ? 0 : 1)];
  }

  /** The place with the given {@link #words()}. */
  public static Optional<Place> find(String words) {
    return Words.find(values(), Place::words, words);
  }
}
