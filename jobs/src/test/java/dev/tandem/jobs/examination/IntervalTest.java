package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
  /** Published values have four decimals. */
  private static final double ROUNDED = 0.5e-4;

  /**
   * Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
   */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718",
  })
  void wilsonGivesThePublishedIntervals(int holds, int count, double low, double high) {
    Interval interval = new Share(holds, count).interval();

    assertThat(interval.low()).isCloseTo(low, within(ROUNDED));
    assertThat(interval.high()).isCloseTo(high, within(ROUNDED));
  }

  @Test
  void nothingObservedLeavesEverythingOpen() {
    Share none = new Share(0, 0);

    assertThat(none.value()).isNaN();
    assertThat(none.interval()).isEqualTo(new Interval(0, 1));
  }

  @Test
  void staysWithinZeroAndOne() {
    for (int count = 1; count < 50; count++) {
      assertThat(Interval.wilson(0, count).low()).isBetween(0.0, 1e-15);
      assertThat(Interval.wilson(1, count).high()).isBetween(1 - 1e-15, 1.0);
    }
  }
}
