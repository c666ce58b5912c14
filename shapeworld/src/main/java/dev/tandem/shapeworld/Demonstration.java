package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import java.util.Optional;

/**
 * How the bundled policy was shown to answer a prompt. The scene always follows the plan, also
 * where the plan fails the prompt.
 *
 * @param plan as demonstrated
 * @param fault what is wrong with the plan; empty when it satisfies the prompt
 * @param scene what the image shows
 */
public record Demonstration(Plan plan, Optional<PlanFault> fault, Scene scene) {

  /** A demonstration whose plan is faulty with the probability of the template's fault. */
  public static Demonstration draw(PromptTask task, CounterRandom random) {
    Optional<PlanFault> fault =
        PlanFault.of(task.tag())
            .filter(f -> f.canSpoil(task))
            .filter(f -> random.nextBoolean(f.probability()));
    return draw(task, fault, random);
  }

  /** A demonstration with a right plan. */
  public static Demonstration drawRight(PromptTask task, CounterRandom random) {
    return draw(task, Optional.empty(), random);
  }

  private static Demonstration draw(
      PromptTask task, Optional<PlanFault> fault, CounterRandom random) {
    Plan right = task.plan(random);
    Plan plan = fault.map(f -> f.spoil(task, right, random)).orElse(right);
    return new Demonstration(plan, fault, plan.scene(random));
  }

  /** Whether the plan fails the prompt. */
  public boolean isFaulty() {
    return fault.isPresent();
  }
}
