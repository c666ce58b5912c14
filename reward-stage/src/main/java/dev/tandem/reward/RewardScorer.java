package dev.tandem.reward;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores rollouts by one reward. Where the reward's scores are worth keeping ({@link
 * Reward#version}), what is known already is not asked for, and rollouts that the reward cannot
 * tell apart are asked for once.
 *
 * @param known scores that were computed before, by {@link ContentKey}
 * @param attempt the Spark task's, from 1
 */
record RewardScorer(Reward reward, Map<String, KnownScore> known, int attempt) {
  private static final double NANOS_PER_MILLI = 1e6;

  List<Score> score(List<RolloutInput> rollouts) {
    Optional<String> version = reward.version();
    return version.isEmpty() ? compute(rollouts) : scoreOnce(rollouts, version.get());
  }

  private List<Score> scoreOnce(List<RolloutInput> rollouts, String version) {
    List<String> keys =
        rollouts.stream().map(rollout -> ContentKey.of(reward, version, rollout.input())).toList();
    Map<String, RolloutInput> unknown = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!known.containsKey(keys.get(i))) {
        unknown.putIfAbsent(keys.get(i), rollouts.get(i));
      }
    }
    List<String> asked = keys.stream().filter(unknown::containsKey).distinct().toList();
    List<Score> answers = compute(asked.stream().map(unknown::get).toList());
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      RolloutInput rollout = rollouts.get(i);
      KnownScore kept = known.get(keys.get(i));
      scores.add(
          kept != null
              ? Score.kept(rollout, reward.name(), kept, attempt)
              : answers.get(asked.indexOf(keys.get(i))).of(rollout, version, keys.get(i)));
    }
    return scores;
  }

  private List<Score> compute(List<RolloutInput> rollouts) {
    if (rollouts.isEmpty()) {
      return List.of();
    }
    long start = System.nanoTime();
    List<RewardOutcome> outcomes =
        Outcomes.of(reward, rollouts.stream().map(RolloutInput::input).toList());
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI / rollouts.size();
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < rollouts.size(); i++) {
      scores.add(Score.of(rollouts.get(i), reward.name(), outcomes.get(i), millis, attempt));
    }
    return scores;
  }
}
