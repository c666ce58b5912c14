package dev.tandem.reward;

import java.util.List;
import java.util.Optional;

/**
 * Scores rollouts by one reward.
 *
 * @param attempt the Spark task's, from 1
 */
record RewardScorer(Reward reward, int attempt) {
  private static final int LONGEST_REASON = 200;
  private static final double NANOS_PER_MILLI = 1e6;

  List<Score> score(List<RolloutInput> rollouts) {
    return rollouts.stream().map(this::score).toList();
  }

  private Score score(RolloutInput rollout) {
    long start = System.nanoTime();
    RewardOutcome outcome = outcome(reward, rollout.input());
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    return Score.of(rollout, reward.name(), outcome, millis, attempt);
  }

  /** Never throws for what a reward does wrong: that is the failure of one reward, no more. */
  static RewardOutcome outcome(Reward reward, ScoringInput input) {
    Optional<Need> missing = input.findMissing(reward.needs());
    if (missing.isPresent()) {
      return new RewardOutcome.Failure(missing.get().absence());
    }
    try {
      return checked(reward, reward.score(input));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while scoring " + reward.name(), e);
    } catch (Exception | StackOverflowError e) {
      return new RewardOutcome.Failure(reason(e));
    }
  }

  private static RewardOutcome checked(Reward reward, RewardOutcome outcome) {
    if (outcome instanceof RewardOutcome.Value scored
        && !(Double.isFinite(scored.value()) && reward.range().contains(scored.value()))) {
      return new RewardOutcome.Failure("the value is no number in " + reward.range());
    }
    return outcome;
  }

  private static String reason(Throwable thrown) {
    String message = Optional.ofNullable(thrown.getMessage()).orElse("");
    String firstLine = message.lines().findFirst().orElse("");
    String reason = thrown.getClass().getSimpleName() + ": " + firstLine;
    return reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
  }
}
