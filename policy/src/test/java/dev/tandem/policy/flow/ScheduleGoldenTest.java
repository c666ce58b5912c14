package dev.tandem.policy.flow;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Schedules of flow times, windows and clip ranges against UniRL and R3. */
@Tag("golden")
class ScheduleGoldenTest {
  private static final String UNIRL = "unirl/schedules.json";

  /** That of the golden index, for float64. */
  private static final double TOLERANCE = 1e-14;

  /** R3's schedule was computed with another order of operations. */
  private static final double R3_TOLERANCE = 1e-10;

  /** No window of the files depends on it. */
  private static final RandomKey ANY_KEY = RandomKey.of(1);

  @TestFactory
  Stream<DynamicTest> uniRlStaticSchedule() {
    return Golden.tests(
        UNIRL, "static", golden -> checkPoints(golden, number(golden.inputs().get("shift"))));
  }

  /** The dynamic form is the static one with a shift that follows from mu. */
  @TestFactory
  Stream<DynamicTest> uniRlDynamicSchedule() {
    return Golden.tests(
        UNIRL,
        "dynamic_formula",
        golden -> {
          JsonNode in = golden.inputs();
          DynamicShift.Form form =
              DynamicShift.Form.valueOf(
                  in.get("time_shift_type").asText().toUpperCase(Locale.ROOT));
          checkPoints(golden, form.shift(number(in.get("mu"))));
        });
  }

  @TestFactory
  Stream<DynamicTest> uniRlDynamicMu() {
    return Golden.tests(
        UNIRL,
        "dynamic_mu",
        golden -> {
          JsonNode in = golden.inputs();
          DynamicShift shift =
              new DynamicShift(
                  in.get("base_seq_len").intValue(),
                  in.get("max_seq_len").intValue(),
                  number(in.get("base_shift")),
                  number(in.get("max_shift")),
                  DynamicShift.Form.EXPONENTIAL);
          double mu = shift.mu(in.get("image_seq_len").intValue());
          assertClose("mu", mu, golden.outputs().get("mu"), TOLERANCE);
        });
  }

  @TestFactory
  Stream<DynamicTest> r3ScheduleCountsPoints() {
    return Golden.tests(
        "r3/generate_image_mix.json",
        "schedule",
        golden -> {
          FlowSchedule schedule =
              FlowSchedule.points(
                  golden.inputs().get("num_timesteps").intValue(),
                  number(golden.inputs().get("timestep_shift")));
          double[] times = Arrays.copyOf(schedule.points(), schedule.steps());
          double[] lengths = new double[schedule.steps()];
          Arrays.setAll(lengths, schedule::dt);
          assertFlatClose("times", times, golden.outputs().get("timesteps"), R3_TOLERANCE);
          assertFlatClose("lengths", lengths, golden.outputs().get("dts"), R3_TOLERANCE);
        });
  }

  /** A share without a step is an error here, because nothing could be learned from it. */
  @TestFactory
  Stream<DynamicTest> allStepsOfAShare() {
    return Golden.tests(
        UNIRL,
        "all_scheduler",
        golden -> {
          if (golden.outputs().get("indices").isEmpty()) {
            assertThatThrownBy(() -> share(golden.inputs())).hasMessageContaining("0 steps");
          } else {
            checkSteps(golden, share(golden.inputs()).choose(ANY_KEY));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> progressiveWindow() {
    return Golden.tests(
        UNIRL,
        "window_progressive",
        golden -> {
          JsonNode in = golden.inputs();
          ProgressiveWindow window =
              new ProgressiveWindow(
                  in.get("num_timesteps").intValue(),
                  in.get("window_size").intValue(),
                  in.get("iters_per_window").intValue(),
                  in.get("init_timestep").intValue(),
                  in.get("overlap_size").intValue(),
                  in.get("roll_back").booleanValue());
          checkSteps(golden, window.at(in.get("step").intValue()).choose(ANY_KEY));
        });
  }

  /**
   * Tandem draws from its counter-based generator, keyed by run and iteration, not from numpy's
   * PCG64: bit-equal draws are not wanted, so these cases pin only the set that is drawn from.
   */
  @TestFactory
  Stream<DynamicTest> randomStepsComeFromTheSameSet() {
    return Golden.cases(UNIRL).stream()
        .filter(golden -> golden.fn().startsWith("numpy_pcg64_"))
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> checkDrawnSet(golden)));
  }

  @TestFactory
  Stream<DynamicTest> clipRange() {
    return Golden.tests(
        UNIRL,
        "clip_range_schedule",
        golden -> {
          JsonNode in = golden.inputs();
          ClipSchedule schedule =
              ClipSchedule.valueOf(in.get("schedule").asText().toUpperCase(Locale.ROOT));
          double range = schedule.at(number(in.get("clip_range")), number(in.get("progress")));
          assertClose("clip range", range, golden.outputs().get("clip_range"), TOLERANCE);
        });
  }

  private static void checkPoints(Golden.Case golden, double shift) {
    int steps = golden.inputs().get("num_steps").intValue();
    assertFlatClose(
        "sigmas",
        FlowSchedule.steps(steps, shift).points(),
        golden.outputs().get("sigmas"),
        TOLERANCE);
  }

  private static SdeWindow.Contiguous share(JsonNode in) {
    double[] share = doubles(in.get("timestep_fraction"));
    boolean pair = share.length == 2;
    return SdeWindow.share(
        in.get("num_timesteps").intValue(), pair ? share[0] : 0, share[pair ? 1 : 0]);
  }

  private static void checkSteps(Golden.Case golden, List<Integer> found) {
    assertThat(found)
        .containsExactlyElementsOf(
            Arrays.stream(ints(golden.outputs().get("indices"))).boxed().toList());
  }

  private static void checkDrawnSet(Golden.Case golden) {
    JsonNode in = golden.inputs();
    Assumptions.assumeTrue(
        in.has("num_sde_steps") && in.has("timestep_fraction"),
        "Skipped: " + golden.fn() + " holds draws of numpy's generator only");
    SdeWindow.Contiguous range = share(in);
    int[] drawn = ints(golden.outputs().get("indices"));
    assertThat(drawn).hasSize(in.get("num_sde_steps").intValue());
    assertThat(range.choose(ANY_KEY)).containsAll(Arrays.stream(drawn).boxed().toList());
    assertThat(
            new SdeWindow.Scattered(range.begin(), range.end(), drawn.length)
                .choose(RandomKey.of(in.get("step").intValue())))
        .hasSameSizeAs(drawn)
        .isSubsetOf(range.choose(ANY_KEY));
  }
}
