package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Torch;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Losses and gradients of public implementations of the same objectives. */
@Tag("golden")
class PublishedGradientsGoldenTest {
  /** The files' own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> imageSideOfUniRl() {
    return Golden.tests(
        "unirl/bagel_flow_unigrpo.json", "bagel_flow_unigrpo", golden -> inScope(golden, true));
  }

  /** The variants of TRL that are a choice of aggregation here. */
  @TestFactory
  Stream<DynamicTest> textLossesOfTrl() {
    List<Golden.Case> plain =
        Stream.of("loss_grpo", "loss_dapo", "loss_dr_grpo")
            .flatMap(fn -> Golden.cases("trl/grpo_loss.json", fn).stream())
            .filter(PublishedGradientsGoldenTest::isPlain)
            .toList();
    assertThat(plain).isNotEmpty();
    return plain.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> inScope(golden, false)));
  }

  private static void inScope(Golden.Case golden, boolean image) {
    try (PointerScope scope = new PointerScope()) {
      if (image) {
        checkImage(golden);
      } else {
        checkText(golden);
      }
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
        new JointLoss(1)
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

  private static boolean isPlain(Golden.Case golden) {
    JsonNode in = golden.inputs();
    return in.path("delta").isNull()
        && in.path("importance_sampling_level").textValue().equals("token")
        && !in.path("use_bias_correction_kl").booleanValue()
        && in.path("off_policy_mask_threshold").isNull()
        && in.path("gradient_accumulation_steps").intValue() == 1;
  }

  private static void checkText(Golden.Case golden) {
    JsonNode in = golden.inputs();
    Tensor logProbs = TestTensors.leaf(TestTensors.matrix(in.path("per_token_logps")));
    JsonNode old = in.path("old_per_token_logps");
    Tensor anchor = old.isNull() ? logProbs.detach() : TestTensors.matrix(old);
    double beta = number(in.path("beta"));
    JsonNode reference = in.path("ref_per_token_logps");
    double[] advantages = doubles(in.path("advantages"));
    double[] mask = doubles(in.path("mask"));
    TextObjective objective =
        new TextObjective(
            new ClipRange(number(in.path("epsilon_low")), number(in.path("epsilon_high"))),
            beta,
            aggregation(golden.fn()));
    TextTotals totals =
        new TextTotals(
            advantages.length,
            (long) number(in.path("num_items_in_batch")),
            in.path("max_completion_length").intValue());
    Tensor loss =
        objective
            .evaluate(
                new TextObjective.Inputs(
                    logProbs,
                    anchor,
                    beta == 0 ? null : TestTensors.matrix(reference),
                    TestTensors.of(mask, advantages.length, mask.length / advantages.length),
                    TestTensors.of(advantages, advantages.length)),
                totals)
            .objective()
            .neg();
    assertClose("loss", loss.item_double(), golden.outputs().path("loss"), TOLERANCE);
    double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logProbs));
    assertFlatClose("gradient", gradient, golden.outputs().path("grad_logps"), TOLERANCE);
  }

  private static TextAggregation aggregation(String fn) {
    return switch (fn) {
      case "loss_grpo" -> TextAggregation.SEQUENCE_MEAN;
      case "loss_dapo" -> TextAggregation.TOKEN_MEAN;
      case "loss_dr_grpo" -> TextAggregation.CONSTANT;
      default -> throw new AssertionError("No aggregation for " + fn);
    };
  }
}
