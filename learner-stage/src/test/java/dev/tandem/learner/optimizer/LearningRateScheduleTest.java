package dev.tandem.learner.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.optimizer.LearningRateSchedule.Kind;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  private static final double ROUNDING = 1e-15;

  @Test
  void warmUpStartsAtZeroAndRisesEvenly() {
    LearningRateSchedule schedule = new LearningRateSchedule(Kind.CONSTANT, 4, 0, 1);
    assertThat(schedule.factor(0)).isZero();
    assertThat(schedule.factor(1)).isEqualTo(0.25);
    assertThat(schedule.factor(4)).isEqualTo(1);
    assertThat(schedule.factor(1_000)).isEqualTo(1);
  }

  @Test
  void cosineEndsAtItsLeastFactorAndStaysThere() {
    LearningRateSchedule schedule = new LearningRateSchedule(Kind.COSINE, 2, 10, 0.2);
    assertThat(schedule.factor(2)).isEqualTo(1);
    assertThat(schedule.factor(6)).isCloseTo(0.6, within(ROUNDING));
    assertThat(schedule.factor(10)).isCloseTo(0.2, within(ROUNDING));
    assertThat(schedule.factor(11)).isCloseTo(0.2, within(ROUNDING));
  }

  @Test
  void cosineThatEndsInTheWarmUpIsRefused() {
    assertThatThrownBy(() -> new LearningRateSchedule(Kind.COSINE, 5, 5, 0))
        .hasMessage("Invalid total_steps: 5 (a cosine must end after the 5 warm-up steps)");
  }
}
