package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupSummaryTest {
  private static final StageRewards REWARD = StageRewards.ofText(List.of(new Term("reward", 1)));

  @Test
  void countsGroupsThatTeachNothing() {
    GroupRows rows =
        new GroupRows()
            .pair("p", 1)
            .group("p", "understand", "reward", 0.0, 1.0, null)
            .pair("equal", 1)
            .group("equal", "understand", "reward", 0.5, 0.5)
            .pair("alone", 1)
            .group("alone", "understand", "reward", 0.7, null)
            .pair("failed", 1)
            .group("failed", "understand", "reward", null, null)
            .group("p", "reason", "reward", 1.0, 2.0, 3.0);
    RewardPlan plan = RewardPlan.of(Map.of("understand", REWARD, "reason", REWARD));

    GroupSummary summary = GroupSummary.of(rows.compute(plan, AdvantageSettings.DEFAULT, 3));

    assertThat(summary.groups()).hasSize(5);
    assertThat(summary.rollouts()).isEqualTo(12);
    assertThat(summary.kept()).isEqualTo(7);
    assertThat(summary.degenerate()).isEqualTo(2);
    assertThat(summary.tooSmall()).isEqualTo(2);
    assertThat(summary.metrics())
        .containsOnly(
            Map.entry("group/reason/size", 3.0),
            Map.entry("group/reason/std", 1.0),
            Map.entry("group/reason/zero_std_share", 0.0),
            Map.entry("group/understand/size", 5 / 3.0),
            // Of the two groups that have one: sqrt(1/2) and 0.
            Map.entry("group/understand/std", Math.sqrt(0.5) / 2),
            Map.entry("group/understand/zero_std_share", 2 / 3.0));
  }
}
