package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BalancedAccuracyTest {
  /** Published values have four decimals. */
  private static final double ROUNDED = 0.5e-4;

  @Test
  void isTheMeanOfBothSharesHoweverManyItemsEachHas() {
    assertThat(new BalancedAccuracy(new Share(9, 10), new Share(500, 1000)).value()).isEqualTo(0.7);
  }

  @Test
  void aJudgeWhoAlwaysSaysTheSameHasOneHalf() {
    assertThat(new BalancedAccuracy(new Share(90, 90), new Share(0, 10)).value()).isEqualTo(0.5);
  }

  /**
   * Newcombe, Interval estimation for the difference between independent proportions, 1998, table
   * II, method 10: 56/70 - 48/80 = 0.2 lies in 0.0524 to 0.3339. With the complement of 48/80 as
   * specificity, the difference is twice the balanced accuracy less one.
   */
  @Test
  void intervalIsThatOfADifferenceOfProportions() {
    Interval interval = new BalancedAccuracy(new Share(56, 70), new Share(32, 80)).interval();

    assertThat(2 * interval.low() - 1).isCloseTo(0.0524, within(ROUNDED));
    assertThat(2 * interval.high() - 1).isCloseTo(0.3339, within(ROUNDED));
  }

  @Test
  void withoutItemsOfOneKindNothingIsKnown() {
    BalancedAccuracy accuracy = new BalancedAccuracy(new Share(3, 3), new Share(0, 0));

    assertThat(accuracy.value()).isNaN();
    assertThat(accuracy.interval()).isEqualTo(new Interval(0, 1));
  }
}
