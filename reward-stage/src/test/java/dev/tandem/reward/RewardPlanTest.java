package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewardPlanTest {
  private static final Term GRADED = new Term("geneval_graded", 0.75);
  private static final Term STRICT = new Term("geneval_strict", 0.25);

  @Test
  void aJointRewardFeedsBothLosses() {
    StageRewards joint = StageRewards.joint(List.of(GRADED, STRICT)).observing("format");
    assertThat(joint.text()).isEqualTo(joint.image());
    assertThat(joint.used()).containsExactly("geneval_graded", "geneval_strict");
    assertThat(joint.computed()).containsExactly("geneval_graded", "geneval_strict", "format");
  }

  @Test
  void namesEveryUsedRewardOnceInAFixedOrder() {
    RewardPlan plan =
        RewardPlan.of(
            Map.of(
                "understand", StageRewards.ofText(List.of(new Term("accuracy", 1))),
                "reason", StageRewards.joint(List.of(GRADED)),
                "generate", new StageRewards(List.of(), List.of(GRADED), List.of())));
    assertThat(plan.used()).containsExactly("geneval_graded", "accuracy");
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertThatThrownBy(() -> StageRewards.ofText(List.of()))
        .hasMessage("Invalid stage rewards: neither text nor image has one");
    assertThatThrownBy(() -> StageRewards.ofText(List.of(GRADED, GRADED)))
        .hasMessage("Invalid stage rewards: geneval_graded occurs twice");
    assertThatThrownBy(() -> new Term("accuracy", Double.NaN))
        .hasMessage("Invalid weight of reward accuracy: NaN (must be a finite number)");
    assertThatThrownBy(() -> new RewardSettings(plan(), AdvantageSettings.DEFAULT, 5))
        .hasMessage("Invalid max_failed_share: 5.0 (must be in [0, 1])");
  }

  private static RewardPlan plan() {
    return RewardPlan.of(Map.of("reason", StageRewards.joint(List.of(GRADED))));
  }
}
