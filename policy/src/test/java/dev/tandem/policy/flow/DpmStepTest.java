package dev.tandem.policy.flow;

import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DpmStepTest {
  /** That of the golden index, for float64. */
  private static final double TOLERANCE = 1e-9;

  /** Rounding of a few operations on numbers of the order of 1. */
  private static final double ROUNDING = 1e-12;

  @Tag("golden")
  @TestFactory
  Stream<DynamicTest> uniRlDpm2() {
    return Golden.tests("unirl/kernels.json", "DPM2Strategy", DpmStepTest::checkPath);
  }

  private static void checkPath(Golden.Case golden) {
    JsonNode in = golden.inputs();
    FlowSchedule schedule = new FlowSchedule(doubles(in.get("sigmas")));
    double[][] a = matrix(in.get("A"));
    double[] b = doubles(in.get("b"));
    double[] x = doubles(in.get("x_init"));
    double[] previous = new double[x.length];
    JsonNode expected = golden.outputs().get("samples_after_each_step");
    assertThat(expected).hasSize(schedule.steps());
    for (int step = 0; step < schedule.steps(); step++) {
      double t = schedule.t(step);
      double[] v = ToyTrajectory.linear(x, a, b, t, 1);
      DpmStep solver = DpmStep.of(schedule, step);
      double[] data = new double[x.length];
      double[] next = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        data[i] = x[i] - t * v[i];
        next[i] = solver.next(x[i], data[i], previous[i]);
      }
      assertFlatClose("sample after step " + step, next, expected.get(step), TOLERANCE);
      x = next;
      previous = data;
    }
  }

  /** Every solver is exact where the predicted image stays the same. */
  @Test
  void aStraightFlowEndsInItsImage() {
    FlowSchedule schedule = FlowSchedule.steps(12, 3);
    double image = 0.3;
    double noise = -1.2;
    double x = noise;
    for (int step = 0; step < schedule.steps(); step++) {
      double data = x - schedule.t(step) * (noise - image);
      x = DpmStep.of(schedule, step).next(x, data, image);
    }
    assertThat(x).isEqualTo(image, within(ROUNDING));
  }

  @Test
  void theFirstAndTheLastStepAreEulerSteps() {
    FlowSchedule schedule = FlowSchedule.steps(5, 2);
    for (int step : new int[] {0, 4}) {
      double t = schedule.t(step);
      double x = 0.7;
      double v = -0.4;
      assertThat(DpmStep.of(schedule, step).next(x, x - t * v, Double.MAX_VALUE))
          .isEqualTo(x - v * schedule.dt(step), within(ROUNDING));
    }
  }
}
