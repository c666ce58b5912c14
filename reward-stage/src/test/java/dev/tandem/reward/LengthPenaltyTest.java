package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.reward.LengthPenalty.Kind;
import dev.tandem.reward.LengthPenalty.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthPenaltyTest {
  /** M = 64 and B = 16: the soft penalty starts behind 48 tokens. */
  @ParameterizedTest
  @CsvSource({
    "NONE, 0, 0",
    "NONE, 64, 0",
    "HARD, 63, 0",
    "HARD, 64, -1",
    "SOFT, 0, 0",
    "SOFT, 48, 0",
    "SOFT, 49, -0.0625",
    "SOFT, 56, -0.5",
    "SOFT, 64, -1",
    "SOFT, 80, -1",
  })
  void punishesLongTexts(Kind kind, int tokens, double penalty) {
    assertThat(penalty(new Settings(kind, 16, Map.of("reason", 64)), tokens)).isEqualTo(penalty);
  }

  @Test
  void aStageWithoutALimitIsAFailure() {
    LengthPenalty reward = new LengthPenalty(new Settings(Kind.HARD, 16, Map.of("understand", 8)));
    assertThat(Outcomes.of(reward, List.of(input(5))))
        .containsExactly(
            new RewardOutcome.Failure("sample", "no longest text is set for stage reason"));
  }

  @Test
  void aSoftPenaltyNeedsABufferWithinTheText() {
    assertThatThrownBy(() -> new Settings(Kind.SOFT, 65, Map.of("reason", 64)))
        .hasMessage(
            "Invalid buffer: 65 (must be from 1 to the longest text of stage reason, 64 tokens)");
  }

  private static double penalty(Settings settings, int tokens) {
    RewardOutcome outcome = Outcomes.of(new LengthPenalty(settings), List.of(input(tokens))).get(0);
    return ((RewardOutcome.Value) outcome).value() + 0.0; // no negative zero
  }

  private static ScoringInput input(int tokens) {
    return Scripted.input(Optional.empty(), OptionalInt.of(tokens), Map.of());
  }
}
