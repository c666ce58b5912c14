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
  ONE_TOO_FEW(Tag.COUNTING, 0.85) {
    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      List<PlannedObject> objects = new ArrayList<>(right.objects());
      objects.remove(random.nextInt(objects.size()));
      return new Plan(objects);
    }
  },
  /** The two objects stand from left to right as the prompt names them, whatever it asks. */
  RELATION_IGNORED(Tag.POSITION, 0.75) {
    @Override
    boolean canSpoil(PromptTask task) {
      return task.relation() != Relation.LEFT_OF;
    }

    @Override
    Plan spoil(PromptTask task, Plan right, CounterRandom random) {
      Shape target = PromptTask.shapeOf(task.metadata().include().get(0));
      boolean top = random.nextBoolean(0.5);
      Place left = top ? Place.TOP_LEFT : Place.BOTTOM_LEFT;
      Place rightOfIt = top ? Place.TOP_RIGHT : Place.BOTTOM_RIGHT;
      return new Plan(
          right.objects().stream()
              .map(object -> object.withPlace(object.shape() == target ? rightOfIt : left))
              .toList());
    }
  },
  /** The two objects carry each other's colour. */
  COLOURS_SWAPPED(Tag.COLOR_ATTR, 0.8) {
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

  /** The share that carries the fault among the demonstrations that it {@link #canSpoil}. */
  public double probability() {
    return probability;
  }

  /** Whether the fault would make a plan for the prompt wrong. */
  boolean canSpoil(PromptTask task) {
    return true;
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

  /** Turns a right plan for a prompt that this fault {@link #canSpoil} into a faulty one. */
  abstract Plan spoil(PromptTask task, Plan right, CounterRandom random);
}
