package dev.tandem.jobs.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedTestTest {
  /** Sums of at most a hundred terms of size 1e-3 in double precision. */
  private static final double ROUNDING = 1e-12;

  @Test
  void nothingChangedIsNoEvidence() {
    assertThat(new PairedTest(0, 0).probability()).isEqualTo(1);
    assertThat(new PairedTest(5, 5).probability()).isEqualTo(1);
  }

  @Test
  void countsTheTailsOfTheBinomial() {
    // 2 * (C(10,0) + C(10,1)) / 2^10 = 22 / 1024
    assertThat(new PairedTest(9, 1).probability()).isCloseTo(22.0 / 1024, within(ROUNDING));
    // 2 * (1 + 8 + 28) / 2^8 = 74 / 256
    assertThat(new PairedTest(2, 6).probability()).isCloseTo(74.0 / 256, within(ROUNDING));
  }

  @Test
  void fixedAndBrokenAreSymmetric() {
    assertThat(new PairedTest(63, 23).probability())
        .isEqualTo(new PairedTest(23, 63).probability())
        .isBetween(1e-5, 2e-5);
  }

  @Test
  void manyChangesDoNotUnderflow() {
    assertThat(new PairedTest(1500, 1500).probability()).isEqualTo(1);
  }

  @Test
  void theIntervalIsThatOfADifferenceOfPairedShares() {
    // Agresti, Categorical Data Analysis, section 11.1: 150 and 86 of 1600 changed.
    assertThat(new PairedTest(150, 86).halfWidth(1600)).isCloseTo(0.0187, within(1e-4));
    assertThat(new PairedTest(0, 0).halfWidth(10)).isZero();
  }
}
