package dev.tandem.shapeworld;

import java.util.Optional;

/**
 * The six shapes, each defined on the square [-1, 1] x [-1, 1] (y downwards) that an object's size
 * stretches to pixels.
 */
public enum Shape {
  CIRCLE {
    @Override
    public boolean contains(double x, double y) {
      return x * x + y * y <= 1;
    }
  },
  SQUARE {
    @Override
    public boolean contains(double x, double y) {
      return Math.abs(x) <= HALF_SIDE && Math.abs(y) <= HALF_SIDE;
    }
  },
  /** Isosceles, standing on its base. */
  TRIANGLE {
    @Override
    public boolean contains(double x, double y) {
      return y <= BASE && Math.abs(x) * (BASE + 1) <= y + 1;
    }
  },
  /** Upright, like a plus sign. */
  CROSS {
    @Override
    public boolean contains(double x, double y) {
      double longer = Math.max(Math.abs(x), Math.abs(y));
      double shorter = Math.min(Math.abs(x), Math.abs(y));
      return longer <= 1 && shorter <= HALF_ARM;
    }
  },
  RING {
    @Override
    public boolean contains(double x, double y) {
      double square = x * x + y * y;
      return square <= 1 && square >= HOLE * HOLE;
    }
  },
  /** Five points, one upwards. */
  STAR {
    @Override
    public boolean contains(double x, double y) {
      return StarOutline.contains(x, y);
    }
  };

  private static final double HALF_SIDE = 0.88;
  private static final double BASE = 0.9;
  private static final double HALF_ARM = 0.34;
  private static final double HOLE = 0.52;

  private final String word = Words.of(this);

  /** Whether the point of the unit square belongs to the shape. */
  public abstract boolean contains(double x, double y);

  /** The shape as texts name it and GenEval's metadata classes it, for example {@code circle}. */
  public String word() {
    return word;
  }

  /** The shape with the given {@link #word()}. */
  public static Optional<Shape> find(String word) {
    return Words.find(values(), Shape::word, word);
  }
}
