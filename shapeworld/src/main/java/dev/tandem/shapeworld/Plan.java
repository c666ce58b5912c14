package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Box;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The reasoning before an image: every object with colour and place, in reading order. As text:
 * {@code <think>red circle top left, blue square bottom right</think>}.
 *
 * @param objects one to four, at most one a quadrant; kept in reading order
 */
public record Plan(List<PlannedObject> objects) {
  private static final String SEPARATOR = ", ";
  private static final Pattern TEXT = Pattern.compile("<think>([a-z, ]+)</think>");

  public Plan {
    objects = objects.stream().sorted(Comparator.comparing(PlannedObject::place)).toList();
    long places = objects.stream().map(PlannedObject::place).distinct().count();
    if (objects.isEmpty() || places != objects.size()) {
      throw new IllegalArgumentException(
          "Invalid plan: " + objects + " (expected one to four objects, one a quadrant)");
    }
  }

  /** The plan that a scene follows. */
  public static Plan of(Scene scene) {
    return new Plan(scene.objects().stream().map(SceneObject::kind).toList());
  }

  /**
   * What a detector saw, as a plan; none where it saw nothing, or two objects in one quadrant, or
   * classes and colours that are not ShapeWorld's.
   */
  public static Optional<Plan> of(List<Detection> detections) {
    List<PlannedObject> objects = new ArrayList<>();
    for (Detection detection : detections) {
      Box box = detection.box();
      Place place = Place.at((box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2);
      Optional<PlannedObject> object =
          PlannedObject.parse(
              detection.color() + " " + detection.objectClass() + " " + place.words());
      if (object.isEmpty() || objects.stream().anyMatch(o -> o.place() == place)) {
        return Optional.empty();
      }
      objects.add(object.get());
    }
    return objects.isEmpty() ? Optional.empty() : Optional.of(new Plan(objects));
  }

  /** The plan as the policy writes it. */
  public String text() {
    return objects.stream()
        .map(PlannedObject::text)
        .collect(Collectors.joining(SEPARATOR, "<think>", "</think>"));
  }

  /**
   * Reads a plan. Objects may come in any order; anything else that {@link #text()} would not write
   * (unknown words, two objects in one quadrant, text around the tags) gives no plan.
   */
  public static Optional<Plan> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<PlannedObject> objects = new ArrayList<>();
    for (String part : matcher.group(1).split(SEPARATOR, -1)) {
      Optional<PlannedObject> object = PlannedObject.parse(part);
      if (object.isEmpty() || objects.stream().anyMatch(o -> o.place() == object.get().place())) {
        return Optional.empty();
      }
      objects.add(object.get());
    }
    return Optional.of(new Plan(objects));
  }

  /** A scene with these objects; sizes, exact centres and the background are drawn. */
  public Scene scene(CounterRandom random) {
    Rgb background = Scene.drawBackground(random);
    return new Scene(
        background, objects.stream().map(object -> SceneObject.place(object, random)).toList());
  }
}
