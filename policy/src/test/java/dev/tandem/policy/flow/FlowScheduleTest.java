package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FlowScheduleTest {
  /** Rounding of a few operations on numbers up to 1. */
  private static final double ROUNDING = 1e-12;

  /** s = 1, 1/2, 0 under shift 3: 3/3, 1.5/2, 0. */
  @Test
  void shiftsTheMiddleTowardsNoise() {
    FlowSchedule schedule = FlowSchedule.steps(2, 3);

    assertThat(schedule.points()).containsExactly(1.0, 0.75, 0.0);
    assertThat(schedule.dt(0)).isEqualTo(0.25);
    assertThat(schedule.dt(1)).isEqualTo(0.75);
  }

  @Test
  void pointsAreOneMoreThanSteps() {
    assertThat(FlowSchedule.points(16, 3).points()).isEqualTo(FlowSchedule.steps(15, 3).points());
  }

  @Property
  void stepsLeadFromNoiseToTheImage(
      @ForAll @IntRange(min = 1, max = 200) int steps,
      @ForAll @DoubleRange(min = 0.05, max = 20) double shift) {
    FlowSchedule schedule = FlowSchedule.steps(steps, shift);

    double sum = 0;
    for (int step = 0; step < schedule.steps(); step++) {
      assertThat(schedule.dt(step)).isPositive();
      sum += schedule.dt(step);
    }
    assertThat(schedule.steps()).isEqualTo(steps);
    assertThat(schedule.t(0)).isEqualTo(1);
    assertThat(sum).isEqualTo(1, within(ROUNDING));
  }

  /** FLUX's mu: 0.5 at 256 tokens, 1.15 at 4096. */
  @Test
  void largerImagesAreShiftedMore() {
    assertThat(FlowSchedule.dynamic(4, 256, DynamicShift.FLUX).points())
        .isEqualTo(FlowSchedule.steps(4, Math.exp(0.5)).points());
    assertThat(FlowSchedule.dynamic(4, 4096, DynamicShift.FLUX).points())
        .isEqualTo(FlowSchedule.steps(4, Math.exp(1.15)).points());
    DynamicShift linear = new DynamicShift(10, 20, 1, 3, DynamicShift.Form.LINEAR);
    assertThat(FlowSchedule.dynamic(4, 15, linear).points())
        .isEqualTo(FlowSchedule.steps(4, 2).points());
    assertThatThrownBy(() -> new DynamicShift(10, 10, 1, 3, DynamicShift.Form.LINEAR))
        .hasMessageContaining("10 to 10 tokens");
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> FlowSchedule.steps(0, 1)).hasMessageContaining("0 steps, shift 1.0");
    assertThatThrownBy(() -> FlowSchedule.steps(4, 0)).hasMessageContaining("shift 0.0");
    assertThatThrownBy(() -> FlowSchedule.steps(4, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new FlowSchedule(new double[] {0, 1})).hasMessageContaining("descend");
  }
}
