package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Clause;
import dev.tandem.shapeworld.geneval.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the changes that make a scene satisfy a prompt: too many objects go, wrong colours change,
 * missing objects come, and objects in the wrong relation move. Objects that the prompt does not
 * mention stay unless their place is needed. Every clause of the prompt has its own class.
 */
final class Reviser {
  private final PromptTask task;
  private final CounterRandom random;
  private final Map<Place, PlannedObject> objects = new EnumMap<>(Place.class);
  private final List<EditStep> steps = new ArrayList<>();
  private final List<String> thoughts = new ArrayList<>();

  Reviser(PromptTask task, Scene scene, CounterRandom random) {
    this.task = task;
    this.random = random;
    scene.kinds().forEach(object -> objects.put(object.place(), object));
  }

  Edit revise() {
    List<Clause> clauses = task.metadata().include();
    clauses.forEach(this::removeSurplus);
    clauses.forEach(this::recolour);
    clauses.forEach(this::addMissing);
    clauses.forEach(this::moveIntoRelation);
    return new Edit(steps);
  }

  /** What the changes are for; to be asked after {@link #revise()}. */
  String thought() {
    return String.join(", ", thoughts);
  }

  private void removeSurplus(Clause clause) {
    List<PlannedObject> found = new ArrayList<>(find(clause));
    int surplus = found.size() - clause.count();
    if (surplus <= 0) {
      return;
    }
    random.shuffle(found);
    clause
        .color()
        .ifPresent(asked -> found.sort((a, b) -> Boolean.compare(has(a, asked), has(b, asked))));
    found.subList(0, surplus).forEach(this::remove);
    thoughts.add(Words.count(surplus, clause.objectClass()) + " too many");
  }

  private void recolour(Clause clause) {
    clause
        .color()
        .flatMap(Colour::find)
        .ifPresent(
            asked -> {
              for (PlannedObject object : find(clause)) {
                if (object.colour() != asked) {
                  steps.add(new EditStep.Recolour(object, asked));
                  objects.put(object.place(), object.withColour(asked));
                  thoughts.add(
                      "the %s is %s not %s"
                          .formatted(object.shape().word(), object.colour().word(), asked.word()));
                }
              }
            });
  }

  private void addMissing(Clause clause) {
    int missing = clause.count() - find(clause).size();
    if (missing <= 0) {
      return;
    }
    for (int i = 0; i < missing; i++) {
      Colour colour = clause.color().flatMap(Colour::find).orElse(Scene.drawColour(random));
      add(new PlannedObject(colour, PromptTask.shapeOf(clause), choosePlace(clause)));
    }
    thoughts.add(
        Words.count(missing, clause.objectClass()) + (missing == 1 ? " is" : " are") + " missing");
  }

  /** A free place, in the right relation to the prompt's other object where there is one. */
  private Place choosePlace(Clause clause) {
    List<Place> free = freePlaces();
    if (free.isEmpty()) {
      removeUnmentioned();
      free = freePlaces();
    }
    List<Place> fitting = free.stream().filter(place -> fits(clause, place)).toList();
    return random.pick(fitting.isEmpty() ? free : fitting);
  }

  /** Whether an object of the clause could stand at the place, given the objects that are there. */
  private boolean fits(Clause clause, Place place) {
    for (Clause other : task.metadata().include()) {
      if (other != clause) {
        for (PlannedObject object : find(other)) {
          if (!areRelated(clause, place, other, object.place())) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean areRelated(Clause a, Place placeOfA, Clause b, Place placeOfB) {
    List<Clause> include = task.metadata().include();
    return a.position().filter(p -> include.get(p.target()) == b).stream()
            .allMatch(p -> placeOfA.is(p.relation(), placeOfB))
        && b.position().filter(p -> include.get(p.target()) == a).stream()
            .allMatch(p -> placeOfB.is(p.relation(), placeOfA));
  }

  private void moveIntoRelation(Clause clause) {
    if (clause.position().isEmpty()) {
      return;
    }
    Clause target = task.metadata().include().get(clause.position().get().target());
    Relation asked = clause.position().get().relation();
    PlannedObject object = find(clause).get(0);
    PlannedObject other = find(target).get(0);
    if (object.place().is(asked, other.place())) {
      return;
    }
    if (freePlaces().isEmpty()) {
      removeUnmentioned();
    }
    for (Moves.Step step :
        Moves.shortest(object.place(), other.place(), freePlaces(), asked, random)) {
      PlannedObject moved = Optional.ofNullable(objects.get(step.from())).orElseThrow();
      steps.add(new EditStep.Move(moved, step.to()));
      objects.remove(step.from());
      objects.put(step.to(), moved.withPlace(step.to()));
    }
    thoughts.add(
        "the %s is not %s the %s"
            .formatted(clause.objectClass(), asked.words(), target.objectClass()));
  }

  private void removeUnmentioned() {
    List<PlannedObject> unmentioned =
        objects.values().stream()
            .filter(o -> task.metadata().include().stream().noneMatch(c -> has(o, c)))
            .toList();
    PlannedObject object = random.pick(unmentioned);
    remove(object);
    thoughts.add("the " + object.shape().word() + " is not needed");
  }

  private void add(PlannedObject object) {
    steps.add(new EditStep.Add(object));
    objects.put(object.place(), object);
  }

  private void remove(PlannedObject object) {
    steps.add(new EditStep.Remove(object));
    objects.remove(object.place());
  }

  private List<PlannedObject> find(Clause clause) {
    return objects.values().stream().filter(object -> has(object, clause)).toList();
  }

  private List<Place> freePlaces() {
    return Arrays.stream(Place.values()).filter(p -> !objects.containsKey(p)).toList();
  }

  private static boolean has(PlannedObject object, Clause clause) {
    return object.shape().word().equals(clause.objectClass());
  }

  private static boolean has(PlannedObject object, String colour) {
    return object.colour().word().equals(colour);
  }
}
