package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ClipScheduleTest {
  @Property
  void beginsAtTheRangeAndNeverGrows(
      @ForAll ClipSchedule schedule,
      @ForAll @DoubleRange(max = 1) double early,
      @ForAll @DoubleRange(max = 1) double late) {
    assertThat(schedule.at(0.2, 0)).isEqualTo(0.2);
    assertThat(schedule.at(0.2, Math.max(early, late)))
        .isBetween(0.0, schedule.at(0.2, Math.min(early, late)));
  }

  @Test
  void refusesProgressOutsideTheRun() {
    assertThatThrownBy(() -> ClipSchedule.CONSTANT.at(0.2, 1.5)).hasMessageContaining("1.5");
  }
}
