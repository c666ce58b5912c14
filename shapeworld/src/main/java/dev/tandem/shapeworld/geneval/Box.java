package dev.tandem.shapeworld.geneval;

import java.util.EnumSet;
import java.util.Set;

/**
 * An axis-aligned box in pixels, y downwards.
 *
 * @param left smallest x
 * @param top smallest y
 * @param right largest x
 * @param bottom largest y
 */
public record Box(double left, double top, double right, double bottom) {
  /** GenEval's share of the boxes' sizes by which an offset is reduced. */
  public static final double POSITION_THRESHOLD = 0.1;

  private static final double NEGLIGIBLE_OFFSET = 1e-3;
  private static final double DIRECTION_THRESHOLD = 0.5;

  /** GenEval's intersection over union, which counts a box's last row and column as part of it. */
  public double iou(Box other) {
    Box common =
        new Box(
            Math.max(left, other.left),
            Math.max(top, other.top),
            Math.min(right, other.right),
            Math.min(bottom, other.bottom));
    double intersection = common.inclusiveArea();
    double union = inclusiveArea() + other.inclusiveArea() - intersection;
    return union == 0 ? 0 : intersection / union;
  }

  private double inclusiveArea() {
    return Math.max(right - left + 1, 0) * Math.max(bottom - top + 1, 0);
  }

  /** The relations of this box to the other by GenEval's rule, with its usual threshold. */
  public Set<Relation> relationsTo(Box other) {
    return relationsTo(other, POSITION_THRESHOLD);
  }

  /**
   * The relations of this box to the other by GenEval's rule: the offset of the centres, reduced on
   * each axis by {@code threshold} times the sum of the boxes' sizes (not below 0) and divided by
   * the length of the unreduced offset, exceeds one half.
   */
  public Set<Relation> relationsTo(Box other, double threshold) {
    double offsetX = (left + right) / 2 - (other.left + other.right) / 2;
    double offsetY = (top + bottom) / 2 - (other.top + other.bottom) / 2;
    double x = reduce(offsetX, threshold * (width() + other.width()));
    double y = reduce(offsetY, threshold * (height() + other.height()));
    Set<Relation> relations = EnumSet.noneOf(Relation.class);
    if (Math.abs(x) < NEGLIGIBLE_OFFSET && Math.abs(y) < NEGLIGIBLE_OFFSET) {
      return relations;
    }
    double length = Math.sqrt(offsetX * offsetX + offsetY * offsetY);
    addDirection(relations, y / length, Relation.ABOVE, Relation.BELOW);
    addDirection(relations, x / length, Relation.LEFT_OF, Relation.RIGHT_OF);
    return relations;
  }

  private static void addDirection(
      Set<Relation> relations, double component, Relation negative, Relation positive) {
    if (component < -DIRECTION_THRESHOLD) {
      relations.add(negative);
    }
    if (component > DIRECTION_THRESHOLD) {
      relations.add(positive);
    }
  }

  private static double reduce(double offset, double by) {
    return Math.max(Math.abs(offset) - by, 0) * Math.signum(offset);
  }

  private double width() {
    return Math.abs(right - left);
  }

  private double height() {
    return Math.abs(bottom - top);
  }
}
