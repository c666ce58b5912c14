package dev.tandem.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a reward, and keeps what it does wrong to the scores that it spoils. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * One outcome for each input, in their order. Inputs that lack something are not shown to the
   * reward; a value outside its range, and every exception, is a failure.
   */
  public static List<RewardOutcome> of(Reward reward, List<ScoringInput> inputs) {
    List<Optional<Need>> missing =
        inputs.stream().map(input -> input.findMissing(reward.needs())).toList();
    List<ScoringInput> complete = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (missing.get(i).isEmpty()) {
        complete.add(inputs.get(i));
      }
    }
    List<RewardOutcome> scored = complete.isEmpty() ? List.of() : ask(reward, complete);
    List<RewardOutcome> outcomes = new ArrayList<>();
    int next = 0;
    for (Optional<Need> need : missing) {
      outcomes.add(need.isPresent() ? absence(need.get()) : checked(reward, scored.get(next++)));
    }
    return outcomes;
  }

  private static List<RewardOutcome> ask(Reward reward, List<ScoringInput> inputs) {
    try {
      List<RewardOutcome> scored = reward.score(inputs);
      if (scored.size() == inputs.size()) {
        return scored;
      }
      return all(
          inputs,
          new RewardOutcome.Failure(
              RewardOutcome.Failure.ERROR,
              "the reward gave another number of scores than it was asked for"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while scoring " + reward.name(), e);
    } catch (Exception | StackOverflowError e) {
      return all(inputs, RewardOutcome.Failure.of(e));
    }
  }

  private static List<RewardOutcome> all(List<ScoringInput> inputs, RewardOutcome outcome) {
    return inputs.stream().map(input -> outcome).toList();
  }

  private static RewardOutcome absence(Need need) {
    return new RewardOutcome.Failure(RewardOutcome.Failure.MISSING, need.absence());
  }

  private static RewardOutcome checked(Reward reward, RewardOutcome outcome) {
    if (outcome instanceof RewardOutcome.Value scored
        && !(Double.isFinite(scored.value()) && reward.range().contains(scored.value()))) {
      return new RewardOutcome.Failure(
          RewardOutcome.Failure.RANGE,
          "the value is no number in " + reward.range(),
          scored.effort());
    }
    return outcome;
  }
}
