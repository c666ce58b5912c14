package dev.tandem.shapeworld;

/** A shape looked up in a fine grid over its unit square: the star's polygon is slow to test. */
final class ShapeGrid {
  private static final int CELLS = 256;
  private static final ShapeGrid[] GRIDS = new ShapeGrid[Shape.values().length];

  static {
    for (Shape shape : Shape.values()) {
      GRIDS[shape.ordinal()] = new ShapeGrid(shape);
    }
  }

  private final boolean[] inside = new boolean[CELLS * CELLS];

  private ShapeGrid(Shape shape) {
    for (int row = 0; row < CELLS; row++) {
      for (int column = 0; column < CELLS; column++) {
        inside[row * CELLS + column] = shape.contains(centre(column), centre(row));
      }
    }
  }

  static ShapeGrid of(Shape shape) {
    return GRIDS[shape.ordinal()];
  }

  /** Whether the point belongs to the shape, up to the width of a cell. */
  boolean contains(double x, double y) {
    if (!(Math.abs(x) < 1 && Math.abs(y) < 1)) {
      return false;
    }
    int column = (int) ((x + 1) * (CELLS / 2.0));
    int row = (int) ((y + 1) * (CELLS / 2.0));
    return inside[row * CELLS + column];
  }

  private static double centre(int cell) {
    return (cell + 0.5) * 2 / CELLS - 1;
  }
}
