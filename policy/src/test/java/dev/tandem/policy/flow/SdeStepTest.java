package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SdeStepTest {
  /** Rounding of a few operations on numbers of the order of 1. */
  private static final double ROUNDING = 1e-12;

  @Test
  void withoutNoiseItIsTheEulerStep() {
    SdeStep step = SdeStep.coefficients(0.5, 0.1, 0);

    assertThat(step).isEqualTo(new SdeStep(1, -0.1, 0));
  }

  /** sigma²/(2t) dt = 4/1 * 0.25 = 1: mean = x - 0.25 v - (x + 0.5 v) = -0.75 v; std = 2 * 0.5. */
  @Test
  void agreesWithAHandWorkedStep() {
    SdeStep step = SdeStep.coefficients(0.5, 0.25, 2);

    assertThat(step).isEqualTo(new SdeStep(0, -0.75, 1));
    assertThat(step.mean(3, 2)).isEqualTo(-1.5);
    assertThat(step.logProb(0)).isEqualTo(-0.5 * Math.log(2 * Math.PI));
    assertThat(step.relativeLogProb(2)).isEqualTo(-1);
    assertThat(step.divergence(2)).isEqualTo(1);
  }

  /** R3's form of the mean, through the score estimate. */
  @Property
  void theScoreFormIsTheSame(
      @ForAll @DoubleRange(min = 0.05, max = 1) double t,
      @ForAll @DoubleRange(min = 0.01, max = 0.05) double dt,
      @ForAll @DoubleRange(min = 0, max = 3) double sigma,
      @ForAll @DoubleRange(min = -4, max = 4) double x,
      @ForAll @DoubleRange(min = -4, max = 4) double v) {
    double clean = x - t * v;
    double score = -(x - (1 - t) * clean) / (t * t);
    double expected = x - (v - 0.5 * sigma * sigma * score) * dt;

    assertThat(SdeStep.coefficients(t, dt, sigma).mean(x, v))
        .isEqualTo(expected, within(ROUNDING * (1 + Math.abs(expected) / t)));
  }

  @Property
  void theRatioNormOfAnUnchangedModelIsOne(
      @ForAll @DoubleRange(min = 0.1, max = 1) double t,
      @ForAll @DoubleRange(min = 0.1, max = 3) double sigma) {
    RatioNorm norm = RatioNorm.of(SdeStep.coefficients(t, 0.05, sigma));

    assertThat(norm.logRatio(0, 0)).isZero();
  }

  /**
   * On average over samples of the old model the plain log-ratio is that of the old mean itself,
   * -|shift|²/(2 std²) for a Gaussian; RatioNorm puts the average at 0.
   */
  @Property
  void theRatioNormIsCentredForEveryDensity(
      @ForAll @DoubleRange(min = 0.1, max = 3) double std,
      @ForAll @DoubleRange(min = 0, max = 1) double shift,
      @ForAll SdeStep.Density density) {
    SdeStep step = new SdeStep(1, -0.1, std, density);
    double averageLogRatio = step.relativeLogProb(shift * shift);

    assertThat(RatioNorm.of(step).logRatio(averageLogRatio, shift * shift))
        .isEqualTo(0, within(ROUNDING * (1 + Math.abs(averageLogRatio))));
  }

  /**
   * One deviation of noise moves the log-ratio by 2 * slope * std * shift; normalised, by shift.
   */
  @Property
  void theNormalisedRatioSpreadsByTheShift(
      @ForAll @DoubleRange(min = 0.1, max = 3) double std,
      @ForAll @DoubleRange(min = 0, max = 1) double shift,
      @ForAll SdeStep.Density density) {
    SdeStep step = new SdeStep(1, -0.1, std, density);
    double noise = std;
    double logRatio = step.logProb((noise - shift) * (noise - shift)) - step.logProb(noise * noise);

    assertThat(RatioNorm.of(step).logRatio(logRatio, shift * shift))
        .isEqualTo(shift, within(ROUNDING * (1 + Math.abs(logRatio))));
  }

  @Test
  void refusesImpossibleSteps() {
    assertThatThrownBy(() -> SdeStep.coefficients(0, 0.1, 1)).hasMessageContaining("t 0.0");
    assertThatThrownBy(() -> SdeStep.coefficients(0.5, 0, 1)).hasMessageContaining("dt 0.0");
    assertThatThrownBy(() -> SdeStep.coefficients(0.5, 0.1, -1)).hasMessageContaining("sigma -1.0");
  }
}
