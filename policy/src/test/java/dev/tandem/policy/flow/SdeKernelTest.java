package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SdeKernelTest {
  /** Rounding of a few operations on numbers up to 1. */
  private static final double ROUNDING = 1e-12;

  /** Error of the trapezoidal rule; for a Gaussian it is far below this. */
  private static final double QUADRATURE = 1e-9;

  /** The Gaussian beyond this many deviations is below 1e-31. */
  private static final double TAIL = 12;

  private static final int POINTS = 2001;

  @Provide
  Arbitrary<FlowSchedule> schedules() {
    return Arbitraries.integers()
        .between(2, 60)
        .flatMap(
            steps ->
                Arbitraries.doubles()
                    .between(0.2, 10)
                    .map(shift -> FlowSchedule.steps(steps, shift)));
  }

  @Property
  void withoutNoiseEveryKernelTakesTheEulerStep(
      @ForAll("schedules") FlowSchedule schedule, @ForAll @IntRange(max = 59) int place) {
    int index = place % schedule.steps();
    List<SdeKernel> noiseless =
        List.of(
            SdeKernel.flowGrpo(0),
            SdeKernel.dance(0),
            new SdeKernel.FlowSde(new NoiseLevel.Monotonic(0)),
            new SdeKernel.Cps(0));

    for (SdeKernel kernel : noiseless) {
      assertEulerMean(kernel.step(schedule, index), schedule.dt(index));
      assertThat(kernel.step(schedule, index).std()).isZero();
    }
  }

  @Property
  void coefficientPreservingSamplingEndsWithAnEulerStep(
      @ForAll("schedules") FlowSchedule schedule, @ForAll @DoubleRange(max = 1) double eta) {
    int last = schedule.steps() - 1;
    SdeStep step = new SdeKernel.Cps(eta).step(schedule, last);

    assertEulerMean(step, schedule.dt(last));
    assertThat(step.std()).isZero();
    assertThat(step.logProb(0)).isZero();
  }

  /**
   * On a straight path x = (1 - t) image + t noise the next latent has the image's weight 1 - t' in
   * its mean, and the noise's weight t' shared between mean and fresh noise.
   */
  @Property
  void coefficientPreservingSamplingKeepsTheSchedulesWeights(
      @ForAll("schedules") FlowSchedule schedule,
      @ForAll @IntRange(max = 59) int place,
      @ForAll @DoubleRange(max = 1) double eta) {
    int index = place % schedule.steps();
    double t = schedule.t(index);
    double next = schedule.t(index + 1);
    SdeStep step = new SdeKernel.Cps(eta).step(schedule, index);

    double imageWeight = step.mean(1 - t, -1);
    double noiseWeight = Math.hypot(step.mean(t, 1), step.std());
    assertThat(imageWeight).isEqualTo(1 - next, within(ROUNDING));
    assertThat(noiseWeight).isEqualTo(next, within(ROUNDING));
  }

  @Property(tries = 200)
  void gaussianDensitiesIntegrateToOne(
      @ForAll("schedules") FlowSchedule schedule,
      @ForAll @IntRange(max = 59) int place,
      @ForAll @DoubleRange(min = 0.05, max = 2) double noise,
      @ForAll @DoubleRange(min = -3, max = 3) double x,
      @ForAll @DoubleRange(min = -3, max = 3) double v) {
    int index = place % (schedule.steps() - 1);
    List<SdeKernel> normalised =
        List.of(
            SdeKernel.flowGrpo(noise),
            SdeKernel.dance(noise),
            new SdeKernel.FlowSde(new NoiseLevel.Monotonic(noise)));

    for (SdeKernel kernel : normalised) {
      SdeStep step = kernel.step(schedule, index);
      double mean = step.mean(x, v);
      double spacing = 2 * TAIL * step.std() / (POINTS - 1);
      double integral = 0;
      for (int i = 0; i < POINTS; i++) {
        double next = mean + (i - (POINTS - 1) / 2) * spacing;
        integral += spacing * Math.exp(step.logProb((next - mean) * (next - mean)));
      }
      assertThat(integral).isEqualTo(1, within(QUADRATURE));
    }
  }

  /** sigma 0.7 at t 0.75, dt 0.75: drift 0.49 / 1.5 * 0.75 = 0.245. */
  @Test
  void danceAgreesWithAHandWorkedStep() {
    SdeStep step = SdeKernel.dance(0.7).step(FlowSchedule.steps(2, 3), 1);

    assertThat(step.xCoefficient()).isEqualTo(0.755, within(ROUNDING));
    assertThat(step.vCoefficient()).isEqualTo(-0.81125, within(ROUNDING));
    assertThat(step.std()).isEqualTo(0.7 * Math.sqrt(0.75), within(ROUNDING));
  }

  /** Half of the noise's variance drawn anew: from t 1 to 0.75, keeps 0.75 / sqrt(2). */
  @Test
  void coefficientPreservingSamplingAgreesWithAHandWorkedStep() {
    SdeStep step = new SdeKernel.Cps(0.5).step(FlowSchedule.steps(2, 3), 0);
    double half = 0.75 * Math.sqrt(0.5);

    assertThat(step.xCoefficient()).isEqualTo(0.25 + half, within(ROUNDING));
    assertThat(step.vCoefficient()).isEqualTo(-0.25, within(ROUNDING));
    assertThat(step.std()).isEqualTo(half, within(ROUNDING));
    assertThat(step.logProb(2)).isEqualTo(-2);
    assertThat(step.divergence(2)).isEqualTo(1 / (half * half), within(ROUNDING));
  }

  @Test
  void refusesImpossibleShares() {
    assertThatThrownBy(() -> new SdeKernel.Cps(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new SdeKernel.Cps(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> SdeKernel.dance(-1)).hasMessageContaining("-1.0");
  }

  private static void assertEulerMean(SdeStep step, double dt) {
    assertThat(step.xCoefficient()).isEqualTo(1, within(ROUNDING));
    assertThat(step.vCoefficient()).isEqualTo(-dt, within(ROUNDING));
  }
}
