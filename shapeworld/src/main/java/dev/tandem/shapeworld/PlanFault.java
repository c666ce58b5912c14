package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Relation;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The faults of the demonstrations from which the bundled policy learns to plan. They are the known
 * faults of real models, put there on purpose: reinforcement learning has something to mend. Plans
 * for {@code single_object} and {@code colors} are always right.
 */
public enum PlanFault {
  /** Two objects are asked, the plan names only the first. */
  SECOND_MISSING(Tag.TWO_OBJECT, 0.35) {
    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      Shape missing = PromptTask.shapeOf(task.metadata().include().get(1));
      return new Plan(right.objects().stream().filter(o -> o.shape() != missing).toList());
    }
  },
  /** The plan names one object fewer than the prompt counts. */
  ONE_TOO_FEW(Tag.COUNTING, 0.75) {
    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      List<PlannedObject> objects = new ArrayList<>(right.objects());
      objects.remove(random.nextInt(objects.size()));
      return new Plan(objects);
    }
  },
  /** The two objects stand beside each other, but not as the prompt asks. */
  RELATION_IGNORED(Tag.POSITION, 0.75) {
    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      Shape target = PromptTask.shapeOf(task.metadata().include().get(0));
      PlannedObject first = right.objects().get(0);
      PlannedObject second = right.objects().get(1);
      boolean targetFirst = first.shape() == target;
      List<Place> places = drawUnrelatedPlaces(task.relation(), random);
      return new Plan(
          List.of(
              first.withPlace(places.get(targetFirst ? 0 : 1)),
              second.withPlace(places.get(targetFirst ? 1 : 0))));
    }
  },
  /** The two objects carry each other's colour. */
  COLOURS_SWAPPED(Tag.COLOR_ATTR, 0.75) {
    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      PlannedObject first = right.objects().get(0);
      PlannedObject second = right.objects().get(1);
      return new Plan(
          List.of(first.withColour(second.colour()), second.withColour(first.colour())));
    }
  };

  private final Tag tag;
  private final double probability;

  PlanFault(Tag tag, double probability) {
    this.tag = tag;
    this.probability = probability;
  }

  /** The template whose demonstrations carry the fault. */
  public Tag tag() {
    return tag;
  }

  /** The share of that template's demonstrations that carry the fault. */
  public double probability() {
    return probability;
  }

  /** The fault of a template's demonstrations, if they have one. */
  public static Optional<PlanFault> of(Tag tag) {
    for (PlanFault fault : values()) {
      if (fault.tag == tag) {
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** Turns a right plan for a prompt of this fault's {@link #tag()} into a faulty one. */
  abstract Plan spoil(PromptTask task, Plan right, CounterRandom random);

  /** Places of (target, object) in one row or column that violate the relation. */
  private static List<Place> drawUnrelatedPlaces(Relation relation, CounterRandom random) {
    List<List<Place>> choices = new ArrayList<>();
    for (Place target : Place.values()) {
      for (Place object : Place.values()) {
        if (object.isBeside(target) && !object.is(relation, target)) {
          choices.add(List.of(target, object));
        }
      }
    }
    return random.pick(choices);
  }
}
