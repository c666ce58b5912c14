package dev.tandem.policy.flow;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.flow.NoiseLevel.FlowGrpo;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Single steps against Flow-GRPO, UniRL and R3. */
@Tag("golden")
class FlowGoldenTest {
  /** Those of the golden index, for float64. */
  private static final double STEP_TOLERANCE = 1e-10;

  private static final double RATIO_TOLERANCE = 1e-9;

  @TestFactory
  Stream<DynamicTest> flowGrpoStep() {
    return Golden.tests(
        "flow_grpo/sde_step.json",
        "sde_step_with_logprob",
        golden ->
            checkStep(
                golden,
                SdeKernel.flowGrpo(number(golden.inputs().get("noise_level"))),
                "model_output"));
  }

  @TestFactory
  Stream<DynamicTest> uniRlFlowStep() {
    return uniRlStep("FlowSDEStrategy", SdeKernel::flowGrpo);
  }

  @TestFactory
  Stream<DynamicTest> uniRlDanceStep() {
    return uniRlStep("DanceSDEStrategy", SdeKernel::dance);
  }

  @TestFactory
  Stream<DynamicTest> uniRlCpsStep() {
    return uniRlStep("CPSSDEStrategy", SdeKernel.Cps::new);
  }

  @TestFactory
  Stream<DynamicTest> r3NoiseLevel() {
    return Golden.tests(
        "r3/sde_sampler.json",
        "eta",
        golden -> {
          double[] found =
              Arrays.stream(doubles(golden.inputs().get("t")))
                  .map(t -> r3NoiseLevel(golden.inputs()).sigma(scheduleFrom(t), 0))
                  .toArray();
          JsonNode expected = golden.outputs().get("eta");
          assertFlatClose(
              "eta",
              expected.isArray() ? found : new double[] {found[0]},
              expected,
              STEP_TOLERANCE);
        });
  }

  @TestFactory
  Stream<DynamicTest> r3Step() {
    return Golden.tests("r3/sde_sampler.json", "sde", FlowGoldenTest::checkR3Rows);
  }

  @TestFactory
  Stream<DynamicTest> ratioNorm() {
    return Golden.tests(
        "papers/unigrpo.json",
        "rationorm",
        golden -> {
          JsonNode in = golden.inputs();
          FlowSchedule schedule =
              FlowSchedule.steps(in.get("T").intValue(), number(in.get("shift")));
          int step = in.get("step").intValue();
          double sigma =
              new FlowGrpo(number(in.get("noise_level")), NoiseLevel.FirstStep.NEXT_POINT)
                  .sigma(schedule, step);
          RatioNorm norm =
              RatioNorm.of(SdeStep.coefficients(schedule.t(step), schedule.dt(step), sigma));
          double log = norm.logRatio(number(in.get("log_ratio")), number(in.get("dmu_sq")));
          JsonNode out = golden.outputs();
          assertClose("sigma", sigma, out.get("sigma_t"), RATIO_TOLERANCE);
          assertClose("dt", schedule.dt(step), out.get("dt"), RATIO_TOLERANCE);
          assertClose("log", log, out.get("log_ratio_normalised"), RATIO_TOLERANCE);
          assertClose("ratio", Math.exp(log), out.get("ratio"), RATIO_TOLERANCE);
        });
  }

  private static Stream<DynamicTest> uniRlStep(String fn, DoubleFunction<SdeKernel> kernel) {
    return Golden.tests(
        "unirl/kernels.json",
        fn,
        golden ->
            checkStep(golden, kernel.apply(number(golden.inputs().get("eta"))), "noise_pred"));
  }

  /** A step of a batch: every sample has its own log-probability. */
  private static void checkStep(Golden.Case golden, SdeKernel kernel, String velocityKey) {
    JsonNode in = golden.inputs();
    FlowSchedule schedule = new FlowSchedule(doubles(in.get("sigmas")));
    int index = in.get("step_index").intValue();
    SdeStep step = kernel.step(schedule, index);
    double[] x = doubles(in.get("sample"));
    double[] v = doubles(in.get(velocityKey));
    double[] mean = new double[x.length];
    Arrays.setAll(mean, i -> step.mean(x[i], v[i]));
    double[] next = in.get("prev_sample").isNull() ? mean.clone() : doubles(in.get("prev_sample"));
    if (in.get("prev_sample").isNull()) {
      double[] noise = doubles(in.get("noise"));
      Arrays.setAll(next, i -> mean[i] + step.std() * noise[i]);
    }
    JsonNode out = golden.outputs();
    assertFlatClose("mean", mean, out.get("prev_sample_mean"), STEP_TOLERANCE);
    assertFlatClose("next", next, out.get("prev_sample"), STEP_TOLERANCE);
    if (out.has("std_dev_t")) {
      double[] sigmas = new double[doubles(out.get("std_dev_t")).length];
      Arrays.fill(sigmas, step.std() / Math.sqrt(schedule.dt(index)));
      assertFlatClose("sigma", sigmas, out.get("std_dev_t"), STEP_TOLERANCE);
    }
    if (out.get("log_prob").isNull()) {
      assertThat(step.std()).as("a step without log-probability has no noise").isZero();
      return;
    }
    int size = x.length / in.get("sample").size();
    double[] logProbs = new double[in.get("sample").size()];
    Arrays.setAll(
        logProbs,
        i -> step.logProb(ToyTrajectory.meanSquare(next, mean, i * size, (i + 1) * size)));
    assertFlatClose("log-probability", logProbs, out.get("log_prob"), STEP_TOLERANCE);
  }

  /** In R3 every row has its own time, length and log-probability. */
  private static void checkR3Rows(Golden.Case golden) {
    JsonNode in = golden.inputs();
    JsonNode out = golden.outputs();
    for (int row = 0; row < in.get("t").size(); row++) {
      double t = number(in.get("t").get(row));
      double dt = number(in.get("dt").get(row));
      SdeStep step = SdeStep.coefficients(t, dt, r3NoiseLevel(in).sigma(scheduleFrom(t), 0));
      double[] x = doubles(in.get("x_t").get(row));
      double[] v = doubles(in.get("v").get(row));
      double[] reference = doubles(in.get("v_ref").get(row));
      double[] noise = doubles(in.get("noise").get(row));
      double[] mean = new double[x.length];
      double[] referenceMean = new double[x.length];
      double[] next = new double[x.length];
      Arrays.setAll(mean, i -> step.mean(x[i], v[i]));
      Arrays.setAll(referenceMean, i -> step.mean(x[i], reference[i]));
      Arrays.setAll(next, i -> mean[i] + step.std() * noise[i]);
      double square = ToyTrajectory.meanSquare(next, mean);
      double divergence = step.divergence(ToyTrajectory.meanSquare(mean, referenceMean));
      assertFlatClose("mean", mean, out.get("mean").get(row), STEP_TOLERANCE);
      assertFlatClose("sample", next, out.get("sample").get(row), STEP_TOLERANCE);
      assertFlatClose("std", new double[] {step.std()}, out.get("std").get(row), STEP_TOLERANCE);
      assertClose(
          "relative", step.relativeLogProb(square), out.get("log_prob").get(row), STEP_TOLERANCE);
      assertClose("real", step.logProb(square), out.get("log_prob_real").get(row), STEP_TOLERANCE);
      assertClose("kl", 2 * divergence, out.get("kl_to_ref").get(row), STEP_TOLERANCE);
    }
  }

  static NoiseLevel r3NoiseLevel(JsonNode inputs) {
    double factor = number(inputs.get("constant_eta"));
    return inputs.get("eta_mode").asText().equals("constant")
        ? new NoiseLevel.Constant(factor)
        : new NoiseLevel.Monotonic(factor);
  }

  private static FlowSchedule scheduleFrom(double t) {
    return new FlowSchedule(new double[] {t, 0});
  }
}
