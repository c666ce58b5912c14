package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Relation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Brings two objects into a relation by moving them through free places. */
final class Moves {
  /** One object goes from one place to another. */
  record Step(Place from, Place to) {}

  /** Where both objects are and how they came there. */
  private record State(Place object, Place target, List<Step> steps) {
    State moveObject(Place to) {
      return new State(to, target, append(new Step(object, to)));
    }

    State moveTarget(Place to) {
      return new State(object, to, append(new Step(target, to)));
    }

    private List<Step> append(Step step) {
      List<Step> longer = new ArrayList<>(steps);
      longer.add(step);
      return longer;
    }
  }

  private Moves() {}

  /**
   * The fewest moves after which the object is in the relation to the target; of equally few, those
   * that end in one row or column, then at random. At least one place is free.
   */
  static List<Step> shortest(
      Place object, Place target, List<Place> free, Relation asked, CounterRandom random) {
    List<Place> usable = new ArrayList<>(free);
    usable.add(object);
    usable.add(target);
    random.shuffle(usable);
    Deque<State> queue = new ArrayDeque<>(List.of(new State(object, target, List.of())));
    Set<List<Place>> seen = new HashSet<>();
    List<State> found = new ArrayList<>();
    while (!queue.isEmpty()) {
      State state = queue.remove();
      if (!found.isEmpty() && state.steps().size() > found.get(0).steps().size()) {
        break;
      }
      if (state.object().is(asked, state.target())) {
        found.add(state);
      }
      for (Place to : usable) {
        if (to != state.object() && to != state.target()) {
          for (State next : List.of(state.moveObject(to), state.moveTarget(to))) {
            if (seen.add(List.of(next.object(), next.target()))) {
              queue.add(next);
            }
          }
        }
      }
    }
    return found.stream()
        .filter(state -> state.object().isBeside(state.target()))
        .findFirst()
        .orElse(found.get(0))
        .steps();
  }
}
