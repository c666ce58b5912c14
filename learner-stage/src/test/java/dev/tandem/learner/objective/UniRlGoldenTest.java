package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.policy.Torch;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** UniRL's losses of texts and of denoising steps: values and gradients. */
@Tag("golden")
class UniRlGoldenTest {
  private static final String FILE = "unirl/losses.json";

  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  /** The reference's bound of a log-ratio in DRPO. */
  private static final double DRPO_LOG_LIMIT = 20;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> clippedElements() {
    return Golden.tests(FILE, "grpo_clip_loss", golden -> inScope(() -> checkElements(golden)));
  }

  @TestFactory
  Stream<DynamicTest> regularisedElements() {
    return Golden.tests(FILE, "drpo", golden -> inScope(() -> checkElements(golden)));
  }

  @TestFactory
  Stream<DynamicTest> texts() {
    return Golden.tests(FILE, "grpo_tokens", golden -> inScope(() -> checkTexts(golden)));
  }

  @TestFactory
  Stream<DynamicTest> maskedSteps() {
    return Golden.tests(FILE, "flow_dppo", golden -> inScope(() -> checkMaskedSteps(golden)));
  }

  @TestFactory
  Stream<DynamicTest> forwardProcess() {
    return Golden.tests(
        FILE, "diffusion_nft", golden -> inScope(() -> checkForwardProcess(golden)));
  }

  private static void inScope(Runnable check) {
    try (PointerScope scope = new PointerScope()) {
      check.run();
    }
  }

  /** Elements without sequences: texts of one token. */
  private static void checkElements(Golden.Case golden) {
    JsonNode in = golden.inputs();
    JsonNode out = golden.outputs();
    double[] values = doubles(in.path("new_logp"));
    long size = values.length;
    Tensor logProbs = TestTensors.leaf(TestTensors.of(values, size, 1));
    TextObjective.Terms terms =
        elementLoss(golden)
            .aggregation(TextAggregation.TOKEN_MEAN)
            .build()
            .objective()
            .evaluate(
                new TextObjective.Inputs(
                    logProbs,
                    TestTensors.of(doubles(in.path("old_logp")), size, 1),
                    null,
                    torch.ones_like(logProbs),
                    TestTensors.of(doubles(in.path("advantages")), size)),
                new TextTotals(size, size, 1));
    Tensor loss = terms.objective().neg();
    double[] byElement = TestTensors.doubles(terms.surrogate().value().neg());
    assertFlatClose("by element", byElement, out.path("loss_per_element"), TOLERANCE);
    assertClose("mean", loss.item_double(), out.path("mean_loss"), TOLERANCE);
    double ratio = terms.surrogate().ratio().mean().item_double();
    assertClose("ratio", ratio, out.path("metrics").path("ratio_mean"), TOLERANCE);
    double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logProbs));
    assertFlatClose("gradient", gradient, out.path("grad_new_logp"), TOLERANCE);
  }

  private static TextLosses elementLoss(Golden.Case golden) {
    JsonNode in = golden.inputs();
    return golden.fn().equals("drpo")
        ? TextLosses.of(TextLoss.DRPO)
            .drpo(
                new QuadraticTrustRegion(
                    number(in.path("epsilon")), in.path("mu_weighted").booleanValue()))
            .logLimit(DRPO_LOG_LIMIT)
        : clip(in);
  }

  private static TextLosses clip(JsonNode in) {
    double low = number(in.path("clip_range"));
    JsonNode high = in.path("clip_range_high");
    return TextLosses.of(TextLoss.CLIP).clip(low, high.isNull() ? low : number(high));
  }

  private static void checkTexts(Golden.Case golden) {
    JsonNode in = golden.inputs();
    int[] lengths = ints(in.path("lengths"));
    PackedText packed = new PackedText(lengths);
    Tensor logProbs = TestTensors.leaf(packed.padded(doubles(in.path("new_logp"))));
    Tensor loss =
        clip(in)
            .aggregation(aggregation(in.path("loss_agg_mode").textValue()))
            .build()
            .objective()
            .evaluate(
                new TextObjective.Inputs(
                    logProbs,
                    packed.padded(doubles(in.path("old_logp"))),
                    null,
                    packed.mask(),
                    TestTensors.of(doubles(in.path("advantages")), lengths.length)),
                new TextTotals(lengths.length, packed.tokens(), in.path("horizon").intValue()))
            .objective()
            .neg();
    assertClose("loss", loss.item_double(), golden.outputs().path("loss"), TOLERANCE);
    // The file scales the loss for the backward pass alone.
    Tensor scaled = loss.mul(new Scalar(number(in.path("loss_scale"))));
    double[] gradient = packed.packed(TestTensors.gradient(scaled, logProbs));
    assertFlatClose("gradient", gradient, golden.outputs().path("grad_new_logp"), TOLERANCE);
  }

  private static TextAggregation aggregation(String mode) {
    return switch (mode) {
      case "token-mean" -> TextAggregation.TOKEN_MEAN;
      case "seq-mean-token-mean" -> TextAggregation.SEQUENCE_MEAN;
      case "seq-mean-token-sum-norm" -> TextAggregation.CONSTANT;
      default -> throw new AssertionError("No aggregation " + mode);
    };
  }

  private static void checkMaskedSteps(Golden.Case golden) {
    JsonNode in = golden.inputs();
    double[] times = doubles(in.path("sigmas"));
    int[] steps = ints(in.path("steps"));
    Tensor logProbs = TestTensors.leaf(TestTensors.matrix(in.path("new_logp")));
    Tensor old = TestTensors.matrix(in.path("old_logp"));
    long members = logProbs.size(0);
    Tensor advantages = TestTensors.of(doubles(in.path("advantages")), members);
    Tensor means = latents(in.path("new_means"), members, steps.length);
    Tensor oldMeans = latents(in.path("old_means"), members, steps.length);
    FlowObjective objective =
        new FlowObjective(
            new DivergenceMask(
                number(in.path("kl_mask_threshold")), in.path("add_kl_coefficient").booleanValue()),
            false,
            Double.POSITIVE_INFINITY,
            LatentReduction.MEAN);
    Tensor sum = TestTensors.of(new double[1], 1).sum();
    for (int k = 0; k < steps.length; k++) {
      double t = times[steps[k]];
      double sigma = number(in.path("eta")) * Math.sqrt(t / (1 - Math.min(t, 0.99)));
      SdeStep step = SdeStep.coefficients(t, t - times[steps[k] + 1], sigma);
      Surrogate surrogate =
          objective.surrogate(
              step,
              means.select(1, k),
              logProbs.select(1, k),
              new FlowObjective.Anchor(oldMeans.select(1, k), old.select(1, k)),
              advantages);
      sum = sum.add(surrogate.value().sum());
    }
    Tensor loss = sum.div(new Scalar((double) members * steps.length)).neg();
    assertClose("loss", loss.item_double(), golden.outputs().path("loss"), TOLERANCE);
    double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logProbs));
    assertFlatClose("gradient", gradient, golden.outputs().path("grad_new_logp"), TOLERANCE);
  }

  /** Latents of any form as {@code [G, K, N, 1]}. */
  private static Tensor latents(JsonNode node, long members, long steps) {
    double[] values = doubles(node);
    return TestTensors.of(values, members, steps, values.length / (members * steps), 1);
  }

  /**
   * The toy's prediction is {@code x W + t}; the file's loss is summed over times, its gradient
   * averaged.
   */
  private static void checkForwardProcess(Golden.Case golden) {
    JsonNode in = golden.inputs();
    NegativeAwareLoss objective =
        new NegativeAwareLoss(
            number(in.path("beta")),
            number(in.path("adv_clip_max")),
            in.path("use_adaptive_weight").booleanValue());
    JsonNode noises = in.path("noises_per_timestep");
    double[] times = doubles(in.path("sigmas"));
    Tensor image = images(in.path("x0"));
    Tensor weight = TestTensors.leaf(TestTensors.matrix(in.path("W_new")));
    Tensor oldWeight = TestTensors.matrix(in.path("W_old"));
    Tensor advantages = TestTensors.of(doubles(in.path("advantages")), image.size(0));
    Tensor sum = TestTensors.of(new double[1], 1).sum();
    for (int k = 0; k < noises.size(); k++) {
      double t = times[k];
      Tensor noisy = image.mul(new Scalar(1 - t)).add(images(noises.path(k)).mul(new Scalar(t)));
      Tensor byMember =
          objective.of(
              new NegativeAwareLoss.Inputs(
                  image,
                  noisy,
                  t,
                  noisy.matmul(weight).add(new Scalar(t)),
                  noisy.matmul(oldWeight).add(new Scalar(t))),
              advantages);
      sum = sum.add(byMember.mean());
    }
    assertClose(
        "loss", sum.item_double(), golden.outputs().path("loss_sum_over_timesteps"), TOLERANCE);
    Tensor mean = sum.div(new Scalar((double) noises.size()));
    double[] gradient = TestTensors.doubles(TestTensors.gradient(mean, weight));
    assertFlatClose("gradient", gradient, golden.outputs().path("grad_W_new"), TOLERANCE);
  }

  private static Tensor images(JsonNode node) {
    double[] values = doubles(node);
    JsonNode tokens = node.path(0);
    return TestTensors.of(values, node.size(), tokens.size(), tokens.path(0).size());
  }

  /** Texts one after the other, padded with zeros to {@code [G, T]} and back. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record PackedText(int[] lengths) {
    int width() {
      return Arrays.stream(lengths).max().orElse(0);
    }

    long tokens() {
      return Arrays.stream(lengths).asLongStream().sum();
    }

    Tensor padded(double[] values) {
      double[] padded = new double[lengths.length * width()];
      int start = 0;
      for (int i = 0; i < lengths.length; i++) {
        System.arraycopy(values, start, padded, i * width(), lengths[i]);
        start += lengths[i];
      }
      return TestTensors.of(padded, lengths.length, width());
    }

    Tensor mask() {
      double[] ones = new double[(int) tokens()];
      Arrays.fill(ones, 1);
      return padded(ones);
    }

    double[] packed(Tensor padded) {
      double[] values = TestTensors.doubles(padded);
      double[] packed = new double[(int) tokens()];
      int start = 0;
      for (int i = 0; i < lengths.length; i++) {
        System.arraycopy(values, i * width(), packed, start, lengths[i]);
        start += lengths[i];
      }
      return packed;
    }
  }
}
