package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an image shows: one to four objects, at most one in each quadrant, on a light background.
 *
 * @param background the colour between the objects
 * @param objects in reading order
 */
public record Scene(Rgb background, List<SceneObject> objects) {
  /** Width and height of an image in pixels. */
  public static final int SIZE = 32;

  /** Greys from which a background is drawn; white keeps its distance. */
  static final int DARKEST_BACKGROUND = 188;

  static final int LIGHTEST_BACKGROUND = 208;

  /** How far a background's channel departs from its grey at most. */
  static final int TINT = 5;

  public Scene {
    objects = List.copyOf(objects);
    long places = objects.stream().map(SceneObject::place).distinct().count();
    if (objects.isEmpty() || places != objects.size()) {
      throw new IllegalArgumentException(
          "Invalid scene: " + objects + " (expected one to four objects, one a quadrant)");
    }
  }

  /** A scene of one to four objects, everything drawn independently. */
  public static Scene draw(CounterRandom random) {
    int count = 1 + random.nextInt(Place.values().length);
    List<PlannedObject> objects = new ArrayList<>();
    for (Place place : drawPlaces(count, random)) {
      objects.add(new PlannedObject(drawColour(random), drawShape(random), place));
    }
    return new Plan(objects).scene(random);
  }

  static Colour drawColour(CounterRandom random) {
    return Colour.values()[random.nextInt(Colour.values().length)];
  }

  static Shape drawShape(CounterRandom random) {
    return Shape.values()[random.nextInt(Shape.values().length)];
  }

  /** Distinct places in random order. */
  static List<Place> drawPlaces(int count, CounterRandom random) {
    List<Place> places = new ArrayList<>(List.of(Place.values()));
    random.shuffle(places);
    return places.subList(0, count);
  }

  static Rgb drawBackground(CounterRandom random) {
    int grey = DARKEST_BACKGROUND + random.nextInt(LIGHTEST_BACKGROUND - DARKEST_BACKGROUND + 1);
    return new Rgb(tint(grey, random), tint(grey, random), tint(grey, random));
  }

  private static int tint(int grey, CounterRandom random) {
    return grey - TINT + random.nextInt(2 * TINT + 1);
  }

  /** The objects as a perfect detector would report them, in reading order. */
  public List<Detection> detections() {
    return objects.stream().map(SceneObject::detection).toList();
  }

  Stream<PlannedObject> kinds() {
    return objects.stream().map(SceneObject::kind);
  }
}
