package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TaskScoringTest {

  /** Answers no group before two are asked about. */
  private static final class Judge implements Reward {
    private final CountDownLatch asked = new CountDownLatch(2);

    @Override
    public String name() {
      return "judge";
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.TEXT);
    }

    @Override
    public Range range() {
      return Range.UNIT;
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public List<RewardOutcome> score(List<ScoringInput> inputs) throws InterruptedException {
      asked.countDown();
      asked.await();
      return inputs.stream()
          .<RewardOutcome>map(input -> new RewardOutcome.Value(0.5, "{}"))
          .toList();
    }
  }

  @Test
  void theNextGroupWaitsForNoAnswerOfTheOneBefore() {
    RewardPlan plan =
        RewardPlan.of(Map.of("reason", StageRewards.ofText(List.of(new Term("judge", 1)))));
    List<Score> scores = new ArrayList<>();
    try (TaskScoring task =
        new TaskScoring(
            plan,
            names -> List.of(new Judge()),
            Map.of(),
            new ScoreJournal("unused"),
            scores::addAll)) {
      for (String group : List.of("a", "b", "c")) {
        task.score(List.of(rollout(group + "-0"), rollout(group + "-1")));
      }
      task.finish();
    }
    assertThat(scores)
        .extracting(Score::rolloutId)
        .containsExactly("a-0", "a-1", "b-0", "b-1", "c-0", "c-1");
    assertThat(scores).extracting(Score::value).containsOnly(0.5);
  }

  private static RolloutInput rollout(String id) {
    return new RolloutInput("run", 1, id, "group", Scripted.text("a thought"));
  }
}
