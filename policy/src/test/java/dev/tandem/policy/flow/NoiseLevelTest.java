package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.flow.NoiseLevel.FirstStep;
import dev.tandem.policy.flow.NoiseLevel.FlowGrpo;
import org.junit.jupiter.api.Test;

class NoiseLevelTest {
  /** Times 1, 0.75, 0. */
  private static final FlowSchedule SCHEDULE = FlowSchedule.steps(2, 3);

  @Test
  void theFirstStepFollowsItsRule() {
    assertThat(NoiseLevel.flowGrpo(0.8).sigma(SCHEDULE, 0)).isEqualTo(0.8 * Math.sqrt(1 / 0.25));
    assertThat(new FlowGrpo(0.8, FirstStep.CLAMP_0_99).sigma(SCHEDULE, 0))
        .isEqualTo(0.8 * Math.sqrt(1 / (1 - 0.99)));
    assertThat(new FlowGrpo(0.8, FirstStep.CLAMP_0_95).sigma(SCHEDULE, 0))
        .isEqualTo(0.8 * Math.sqrt(1 / (1 - 0.95)));
  }

  @Test
  void laterStepsDoNotDependOnTheRule() {
    for (FirstStep rule : FirstStep.values()) {
      assertThat(new FlowGrpo(0.5, rule).sigma(SCHEDULE, 1)).isEqualTo(0.5 * Math.sqrt(3));
    }
  }

  @Test
  void refusesImpossibleFactors() {
    assertThatThrownBy(() -> NoiseLevel.flowGrpo(-1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new NoiseLevel.Monotonic(Double.NaN)).hasMessageContaining("NaN");
  }
}
