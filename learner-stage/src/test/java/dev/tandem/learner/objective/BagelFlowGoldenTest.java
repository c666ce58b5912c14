package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Torch;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The image side of UniGRPO as UniRL published it: loss and gradient. */
@Tag("golden")
class BagelFlowGoldenTest {
  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> imageSide() {
    return Golden.tests(
        "unirl/bagel_flow_unigrpo.json", "bagel_flow_unigrpo", BagelFlowGoldenTest::inScope);
  }

  private static void inScope(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      checkImage(golden);
    }
  }

  private static void checkImage(Golden.Case golden) {
    JsonNode in = golden.inputs();
    JsonNode out = golden.outputs();
    double[] times = doubles(in.path("sigmas"));
    int[] steps = ints(in.path("sde_steps"));
    Tensor delta = TestTensors.leaf(TestTensors.matrix(in.path("delta_new")));
    Tensor weight = TestTensors.matrix(in.path("W"));
    double[] b = doubles(in.path("b"));
    Tensor bias = TestTensors.of(b, b.length);
    FlowObjective flow =
        new FlowObjective(
            ClipRange.symmetric(number(in.path("clip_range"))),
            in.path("ratio_norm").booleanValue(),
            LatentReduction.MEAN);
    Tensor advantage = TestTensors.of(new double[] {number(in.path("advantage"))}, 1);
    StepScaling scaling =
        in.path("grad_reweight").booleanValue()
            ? StepScaling.INVERSE_DT_MEAN_ONE
            : StepScaling.NONE;
    double[] factors =
        scaling.factors(Arrays.stream(steps).mapToDouble(s -> times[s] - times[s + 1]).toArray());
    Tensor objective = TestTensors.of(new double[] {0}, 1);
    Tensor penalty = TestTensors.of(new double[] {0}, 1);
    for (int k = 0; k < steps.length; k++) {
      int step = steps[k];
      double t = times[step];
      double sigma = number(in.path("eta")) * Math.sqrt(t / (1 - (step == 0 ? times[1] : t)));
      Tensor x = TestTensors.matrix(out.path("trajectory").path(step)).unsqueeze(0);
      Tensor xNext = TestTensors.matrix(out.path("trajectory").path(step + 1)).unsqueeze(0);
      FlowTransition transition =
          new FlowTransition(
              x, xNext, SdeStep.coefficients(t, times[step] - times[step + 1], sigma));
      Tensor offset = bias.mul(new Scalar(t));
      Tensor old = TestTensors.matrix(in.path("delta_old"));
      Tensor velocity = x.matmul(weight.add(delta)).add(offset);
      FlowObjective.Terms terms =
          flow.evaluate(
              transition,
              velocity,
              flow.anchor(transition, x.matmul(weight.add(old)).add(offset)),
              advantage);
      assertClose(
          "new_logp", terms.logProb().item_double(), out.path("new_logp").path(k), TOLERANCE);
      objective = objective.add(terms.surrogate().value().mul(new Scalar(factors[k])));
      penalty =
          penalty.add(VelocityPenalty.meanSquaredError(velocity, x.matmul(weight).add(offset)));
    }
    Scalar mean = new Scalar(1.0 / steps.length);
    Tensor loss =
        new JointLoss(1, 1)
            .of(
                torchZero(),
                objective.mul(mean),
                penalty.mul(mean).mul(new Scalar(number(in.path("mse_weight")))));
    assertClose("loss", loss.item_double(), out.path("loss"), TOLERANCE);
    // The file scales the loss for the backward pass alone.
    Tensor scaled = loss.mul(new Scalar(number(in.path("loss_scale"))));
    double[] gradient = TestTensors.doubles(TestTensors.gradient(scaled, delta));
    assertFlatClose("gradient", gradient, out.path("grad_delta"), TOLERANCE);
  }

  private static Tensor torchZero() {
    return TestTensors.of(new double[] {0}, 1);
  }
}
