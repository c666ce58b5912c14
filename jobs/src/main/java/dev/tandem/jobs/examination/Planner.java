package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.policy.Context;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Plan;
import dev.tandem.shapeworld.PromptTask;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Examines planning: a policy's most likely plan and what it finds by sampling. */
final class Planner {
  /** Plans sampled for each prompt: the group of a learner. */
  static final int SAMPLES = 16;

  private final Policy policy;
  private final EvaluationSet set;

  Planner(Policy policy, EvaluationSet set) {
    this.policy = policy;
    this.set = set;
  }

  Planning plan(PromptTask task, int number) {
    int longest = set.settings().maxTokens();
    List<RandomKey> keys =
        IntStream.range(0, SAMPLES).mapToObj(i -> set.sampleKey("planning", number, i)).toList();
    try (Context context = policy.encode(set.systemPrompts().reason(task.prompt()))) {
      List<String> greedy = texts(context, TextSampling.greedy(longest), keys.subList(0, 1));
      List<String> sampled = texts(context, TextSampling.atTemperature(1, longest), keys);
      RandomKey scene = set.sampleKey("planned scene", number, 0);
      return new Planning(
          isRight(task, greedy.get(0), scene),
          SAMPLES,
          (int) sampled.stream().filter(text -> isRight(task, text, scene)).count(),
          (int) sampled.stream().filter(text -> Plan.parse(text).isPresent()).count());
    }
  }

  private List<String> texts(Context context, TextSampling sampling, List<RandomKey> keys) {
    try (TextRollout rollout = policy.generateText(context, sampling, keys)) {
      return rollout.samples().stream().map(TextSample::text).toList();
    }
  }

  /**
   * Whether the text is a plan that satisfies the prompt. One scene speaks for all that follow the
   * plan: what the rules ask for does not depend on exact sizes and centres.
   */
  static boolean isRight(PromptTask task, String text, RandomKey scene) {
    Optional<Plan> plan = Plan.parse(text);
    return plan.isPresent() && task.isSatisfiedBy(plan.get().scene(scene.random()));
  }
}
