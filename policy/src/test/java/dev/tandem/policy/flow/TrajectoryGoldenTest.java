package dev.tandem.policy.flow;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.matrix;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Guidance;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole trajectories of toy fields against R3's mixed sampler and the UniGRPO equations. */
@Tag("golden")
class TrajectoryGoldenTest {
  /** That of the golden index, for float64. */
  private static final double TOLERANCE = 1e-9;

  @TestFactory
  Stream<DynamicTest> r3MixedSampling() {
    return Golden.tests(
        "r3/generate_image_mix.json",
        "generate_image_mix",
        golden ->
            checkR3(
                golden,
                Arrays.stream(ints(golden.inputs().get("sde_timesteps_idx"))).boxed().toList()));
  }

  @TestFactory
  Stream<DynamicTest> r3DeterministicSampling() {
    return Golden.tests(
        "r3/generate_image_mix.json",
        "generate_image_ode",
        golden ->
            assertFlatClose(
                "final", r3(golden, List.of()).last(), golden.outputs().get("final"), TOLERANCE));
  }

  @TestFactory
  Stream<DynamicTest> r3StochasticSampling() {
    return Golden.tests(
        "r3/generate_image_mix.json",
        "generate_image_sde",
        golden -> {
          int steps = golden.inputs().get("num_timesteps").intValue() - 1;
          ToyTrajectory.Path path = r3(golden, IntStream.range(0, steps).boxed().toList());
          assertFlatClose("final", path.last(), golden.outputs().get("final"), TOLERANCE);
          checkRowLogProbs(golden, path);
        });
  }

  @TestFactory
  Stream<DynamicTest> uniGrpoTrajectoriesAndRatios() {
    return Golden.tests(
        "papers/unigrpo.json",
        "unigrpo",
        golden -> {
          for (int sample = 0; sample < golden.inputs().get("group").size(); sample++) {
            checkUniGrpo(
                golden.inputs(),
                golden.inputs().get("group").get(sample),
                golden.outputs().get("samples").get(sample));
          }
        });
  }

  private static void checkR3(Golden.Case golden, List<Integer> window) {
    ToyTrajectory.Path path = r3(golden, window);
    assertFlatClose("final", path.last(), golden.outputs().get("final"), TOLERANCE);
    checkRowLogProbs(golden, path);
    JsonNode latents = golden.outputs().get("latents");
    int channels = golden.inputs().get("b").size();
    int firstRow = 0;
    for (int sample = 0; sample < latents.size(); sample++) {
      int begin = firstRow * channels;
      firstRow += rows(golden.inputs(), sample);
      int end = firstRow * channels;
      JsonNode expected = latents.get(sample);
      for (int j = 0; j < path.transitions().size(); j++) {
        ToyTrajectory.Transition transition = path.transitions().get(j);
        if (j == 0) {
          assertFlatClose(
              "x", Arrays.copyOfRange(transition.x(), begin, end), expected.get(0), TOLERANCE);
        }
        assertFlatClose(
            "next",
            Arrays.copyOfRange(transition.next(), begin, end),
            expected.get(j + 1),
            TOLERANCE);
      }
    }
  }

  private static ToyTrajectory.Path r3(Golden.Case golden, List<Integer> window) {
    JsonNode in = golden.inputs();
    FlowSchedule schedule =
        FlowSchedule.points(in.get("num_timesteps").intValue(), number(in.get("timestep_shift")));
    NoiseLevel noiseLevel =
        window.isEmpty() ? new NoiseLevel.Constant(0) : FlowGoldenTest.r3NoiseLevel(in);
    SdeKernel kernel = new SdeKernel.FlowSde(noiseLevel);
    double[][] a = matrix(in.get("A"));
    double[] b = doubles(in.get("b"));
    ToyTrajectory toy =
        new ToyTrajectory(
            schedule, kernel, (x, t) -> ToyTrajectory.linear(x, a, b, t, r3Guidance(in, t)));
    double[][] noises = window.isEmpty() ? new double[0][] : matrix(in.get("noises"));
    return toy.integrate(doubles(in.get("x_init")), window, noises);
  }

  /** The toy's stand-in for guidance, on the interval (low, high]. */
  private static double r3Guidance(JsonNode in, double t) {
    double[] interval = doubles(in.get("cfg_interval"));
    Guidance somewhere = new Guidance(2, 1, interval[0], interval[1], Guidance.Renorm.GLOBAL, 0);
    if (!somewhere.isActiveAt(t)) {
      return 1;
    }
    return 1
        + 0.1 * (number(in.get("cfg_text_scale")) - 1)
        + 0.01 * (number(in.get("cfg_img_scale")) - 1);
  }

  /** Log-probabilities of each sample, stochastic step and row. */
  private static void checkRowLogProbs(Golden.Case golden, ToyTrajectory.Path path) {
    JsonNode expected = golden.outputs().get("log_probs");
    int channels = golden.inputs().get("b").size();
    int firstRow = 0;
    for (int sample = 0; sample < expected.size(); sample++) {
      int first = firstRow;
      int rows = rows(golden.inputs(), sample);
      assertThat(expected.get(sample)).hasSize(path.transitions().size());
      for (int j = 0; j < path.transitions().size(); j++) {
        ToyTrajectory.Transition transition = path.transitions().get(j);
        double[] found = new double[rows];
        Arrays.setAll(
            found,
            row ->
                transition
                    .sde()
                    .relativeLogProb(
                        ToyTrajectory.meanSquare(
                            transition.next(),
                            transition.mean(),
                            (first + row) * channels,
                            (first + row + 1) * channels)));
        assertFlatClose("log-probabilities", found, expected.get(sample).get(j), TOLERANCE);
      }
      firstRow += rows;
    }
  }

  /** The two image markers count as tokens of a packed sample. */
  private static int rows(JsonNode in, int sample) {
    return in.get("packed_seqlens").get(sample).intValue() - 2;
  }

  private static void checkUniGrpo(JsonNode in, JsonNode member, JsonNode expected) {
    FlowSchedule schedule = FlowSchedule.steps(in.get("T").intValue(), number(in.get("shift")));
    SdeKernel kernel = SdeKernel.flowGrpo(number(in.get("noise_level")));
    ToyTrajectory old = new ToyTrajectory(schedule, kernel, uniGrpoField(in, in.get("delta_old")));
    ToyTrajectory current =
        new ToyTrajectory(schedule, kernel, uniGrpoField(in, in.get("delta_new")));
    List<Integer> window = Arrays.stream(ints(in.get("window"))).boxed().toList();
    double[] start = doubles(member.get("x0"));
    ToyTrajectory.Path path = old.integrate(start, window, matrix(member.get("noises")));

    for (int point = 0; point < expected.get("trajectory").size(); point++) {
      assertFlatClose(
          "latent " + point,
          path.latents().get(point),
          expected.get("trajectory").get(point),
          TOLERANCE);
    }
    // Log-probabilities and shifts are means over the elements, or sums in the paper's notation.
    double count = in.get("reduction").asText().equals("sum") ? start.length : 1;
    for (int j = 0; j < path.transitions().size(); j++) {
      ToyTrajectory.Transition transition = path.transitions().get(j);
      SdeStep step = transition.sde();
      double[] mean = current.mean(transition);
      double[] next = transition.next();
      double oldLogProb = count * step.logProb(ToyTrajectory.meanSquare(next, transition.mean()));
      double newLogProb = count * step.logProb(ToyTrajectory.meanSquare(next, mean));
      double shift = count * ToyTrajectory.meanSquare(transition.mean(), mean);
      double logRatio = newLogProb - oldLogProb;
      double used =
          in.get("ratio_norm").booleanValue()
              ? RatioNorm.of(step).logRatio(logRatio, shift)
              : logRatio;
      assertClose("old", oldLogProb, expected.get("old_logp").get(j), TOLERANCE);
      assertClose("new", newLogProb, expected.get("new_logp").get(j), TOLERANCE);
      assertClose("ratio", logRatio, expected.get("log_ratio").get(j), TOLERANCE);
      assertClose("ratio used", Math.exp(used), expected.get("ratio_used").get(j), TOLERANCE);
    }
  }

  private static ToyTrajectory.Field uniGrpoField(JsonNode in, JsonNode delta) {
    double[][] matrix = matrix(in.get("W"));
    double[][] change = matrix(delta);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        matrix[i][j] += change[i][j];
      }
    }
    double[] b = doubles(in.get("b"));
    return (x, t) -> ToyTrajectory.linear(x, matrix, b, t, 1);
  }
}
