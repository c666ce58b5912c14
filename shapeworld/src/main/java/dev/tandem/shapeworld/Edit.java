package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An edit instruction: changes made one after the other, none where the image is right.
 *
 * @param steps each refers to the image as the steps before it left it
 */
public record Edit(List<EditStep> steps) {
  /** What is said when nothing is to change. */
  public static final String NO_EDIT = "No further edit needed.";

  public Edit {
    steps = List.copyOf(steps);
  }

  /** The instruction, for example {@code remove the red star top left, add ...}. */
  public String text() {
    return steps.isEmpty()
        ? NO_EDIT
        : steps.stream().map(EditStep::text).collect(Collectors.joining(", "));
  }

  /**
   * The scene after the edit. Background and untouched objects stay as they are to the pixel; the
   * exact size and centre of added objects are drawn, and the centre of moved ones.
   */
  public Scene apply(Scene scene, CounterRandom random) {
    Map<Place, SceneObject> objects = new EnumMap<>(Place.class);
    scene.objects().forEach(object -> objects.put(object.place(), object));
    steps.forEach(step -> apply(step, objects, random));
    return new Scene(scene.background(), List.copyOf(objects.values()));
  }

  private static void apply(EditStep step, Map<Place, SceneObject> objects, CounterRandom random) {
    if (step instanceof EditStep.Add add) {
      put(SceneObject.place(add.object(), random), objects);
    } else if (step instanceof EditStep.Remove remove) {
      take(remove.object(), objects);
    } else if (step instanceof EditStep.Recolour recolour) {
      put(take(recolour.object(), objects).withColour(recolour.to()), objects);
    } else if (step instanceof EditStep.Move move) {
      put(take(move.object(), objects).moveTo(move.to(), random), objects);
    } else {
      throw new AssertionError("Unknown step: " + step);
    }
  }

  private static SceneObject take(PlannedObject kind, Map<Place, SceneObject> objects) {
    SceneObject object = objects.remove(kind.place());
    if (object == null || !object.kind().equals(kind)) {
      throw new IllegalArgumentException(
          "Cannot edit: no %s (found %s)".formatted(kind.text(), object));
    }
    return object;
  }

  private static void put(SceneObject object, Map<Place, SceneObject> objects) {
    if (objects.put(object.place(), object) != null) {
      throw new IllegalArgumentException("Cannot edit: occupied: " + object.place());
    }
  }
}
