package dev.tandem.reward.refine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reward.Outcomes;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.Scripted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CorrectionRewardTest {
  @Test
  void anImageThatRefinesNoneHasNoCorrection() {
    CorrectionReward reward = new CorrectionReward(new Scripted("v", input -> 1));
    assertThat(Outcomes.of(reward, List.of(Scripted.text("<think>a</think>b"))))
        .containsExactly(
            new RewardOutcome.Failure("missing", "no score by v of the image that was refined"));
  }

  @Test
  void aFailedVerifierIsAFailure() {
    CorrectionReward reward = new CorrectionReward(new Scripted("v", input -> Double.NaN));
    ScoringInput input = Scripted.input(Optional.of("edit"), OptionalInt.empty(), Map.of("v", 0.5));
    RewardOutcome.Failure failure =
        (RewardOutcome.Failure) Outcomes.of(reward, List.of(input)).get(0);
    assertThat(failure.kind()).isEqualTo("range");
    assertThat(failure.reason()).startsWith("v: the value is no number");
  }
}
