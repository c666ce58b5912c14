package dev.tandem.shapeworld.geneval;

import java.util.Optional;

/**
 * One entry of GenEval's {@code include} or {@code exclude} list.
 *
 * @param objectClass the detector's class, for example {@code circle} or {@code traffic light}
 * @param count at least so many (include) or fewer than so many (exclude)
 * @param color the colour that the counted objects must have
 * @param position where the counted objects must stand
 */
public record Clause(
    String objectClass, int count, Optional<String> color, Optional<Position> position) {

  /**
   * A relation to the objects of an earlier include clause.
   *
   * @param relation what must hold of (this clause's object, the target object)
   * @param target index of the earlier clause
   */
  public record Position(Relation relation, int target) {}

  /** {@code count} objects of the class, whatever their colour and place. */
  public static Clause of(String objectClass, int count) {
    return new Clause(objectClass, count, Optional.empty(), Optional.empty());
  }

  /** This clause with a colour. */
  public Clause withColor(String asked) {
    return new Clause(objectClass, count, Optional.of(asked), position);
  }

  /** This clause with a position. */
  public Clause withPosition(Relation relation, int target) {
    return new Clause(objectClass, count, color, Optional.of(new Position(relation, target)));
  }
}
