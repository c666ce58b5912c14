package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Box;
import dev.tandem.shapeworld.geneval.Detection;

/**
 * A painted object.
 *
 * @param kind its shape, colour and quadrant
 * @param x centre column in pixels
 * @param y centre row in pixels
 * @param size side of the square that holds the shape, in pixels
 */
public record SceneObject(PlannedObject kind, double x, double y, double size) {
  /** Sides of the square that holds a shape, in pixels. */
  public static final double MIN_SIZE = 10;

  public static final double MAX_SIZE = 13;

  /** Free pixels that two neighbours share at least. */
  static final double GAP = 2;

  /**
   * How far a centre strays from its quadrant's centre, in pixels; more than one would break
   * GenEval's position rule for diagonal neighbours.
   */
  static final double MAX_STRAY = 1;

  /** Puts the object into its quadrant with a random size and a random stray of the centre. */
  static SceneObject place(PlannedObject kind, CounterRandom random) {
    double size = MIN_SIZE + (MAX_SIZE - MIN_SIZE) * random.nextDouble();
    return place(kind, size, random);
  }

  private static SceneObject place(PlannedObject kind, double size, CounterRandom random) {
    double quadrant = Scene.SIZE / 2.0;
    double stray = Math.min(MAX_STRAY, (quadrant - GAP - size) / 2);
    double x = (kind.place().column() + 0.5) * quadrant + stray * (2 * random.nextDouble() - 1);
    double y = (kind.place().row() + 0.5) * quadrant + stray * (2 * random.nextDouble() - 1);
    return new SceneObject(kind, x, y, size);
  }

  /** This object in another quadrant, with its size and a new stray of the centre. */
  SceneObject moveTo(Place place, CounterRandom random) {
    return place(kind.withPlace(place), size, random);
  }

  SceneObject withColour(Colour colour) {
    return new SceneObject(kind.withColour(colour), x, y, size);
  }

  /** The object as a perfect detector would report it. */
  Detection detection() {
    double half = size / 2;
    Box box = new Box(x - half, y - half, x + half, y + half);
    return new Detection(shape().word(), box, 1, colour().word());
  }

  public Shape shape() {
    return kind.shape();
  }

  public Colour colour() {
    return kind.colour();
  }

  public Place place() {
    return kind.place();
  }
}
