package dev.tandem.reward;

import java.util.ArrayList;
import java.util.List;

/** A reward that looks at one rollout at a time. */
public interface SingleReward extends Reward {

  /** Scores a rollout that brings all {@link #needs}; an exception is the failure of this one. */
  RewardOutcome score(ScoringInput input) throws Exception;

  @Override
  default List<RewardOutcome> score(List<ScoringInput> inputs) throws InterruptedException {
    List<RewardOutcome> outcomes = new ArrayList<>();
    for (ScoringInput input : inputs) {
      try {
        outcomes.add(score(input));
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | StackOverflowError e) {
        outcomes.add(RewardOutcome.Failure.of(e));
      }
    }
    return outcomes;
  }
}
