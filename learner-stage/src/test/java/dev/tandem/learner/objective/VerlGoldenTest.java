package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.matrix;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.policy.Torch;
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

/** verl's policy losses, aggregations, penalties and controller: values and gradients. */
@Tag("golden")
class VerlGoldenTest {
  private static final String FILE = "verl/losses.json";

  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  /** verl divides a sequence by its length plus this, which the tolerance would notice. */
  private static final double LENGTH_GUARD = 1e-8;

  /** verl's bound of a token's log-ratio. */
  private static final double LOG_LIMIT = 20;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> policyLosses() {
    return Stream.of("vanilla", "gspo", "sapo", "gpg", "geo_mean", "cispo")
        .flatMap(fn -> Golden.tests(FILE, fn, VerlGoldenTest::checkLoss));
  }

  @TestFactory
  Stream<DynamicTest> aggregations() {
    return Golden.tests(FILE, "agg_loss", VerlGoldenTest::checkAggregation);
  }

  @TestFactory
  Stream<DynamicTest> penalties() {
    return Golden.tests(FILE, "kl_penalty", VerlGoldenTest::checkPenalty);
  }

  @TestFactory
  Stream<DynamicTest> penaltiesWithTheGradientOfK2() {
    return Golden.tests(FILE, "kl_penalty_straight_through_intended", VerlGoldenTest::checkPenalty);
  }

  @TestFactory
  Stream<DynamicTest> adaptiveWeight() {
    return Golden.tests(FILE, "adaptive_kl", VerlGoldenTest::checkAdaptiveWeight);
  }

  private static void checkLoss(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      Tensor logProbs = TestTensors.leaf(TestTensors.matrix(in.path("log_prob")));
      Tensor mask = TestTensors.matrix(in.path("response_mask"));
      TextAggregation aggregation = aggregationOf(golden.fn(), in);
      Tensor loss =
          settings(golden.fn(), in)
              .aggregation(aggregation)
              .build()
              .objective()
              .evaluate(
                  new TextObjective.Inputs(
                      logProbs,
                      TestTensors.matrix(in.path("old_log_prob")),
                      null,
                      mask,
                      advantages(in, aggregation)),
                  totals(golden, mask))
              .objective()
              .neg();
      assertClose("loss", loss.item_double(), golden.outputs().path("loss"), TOLERANCE);
      double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logProbs));
      assertFlatClose("gradient", gradient, golden.outputs().path("grad_log_prob"), TOLERANCE);
    }
  }

  private static TextLosses settings(String fn, JsonNode in) {
    double both = number(in.path("clip_ratio"));
    double low = in.path("clip_ratio_low").isNull() ? both : number(in.path("clip_ratio_low"));
    double high = in.path("clip_ratio_high").isNull() ? both : number(in.path("clip_ratio_high"));
    return switch (fn) {
      case "vanilla" ->
          TextLosses.of(TextLoss.CLIP)
              .clip(low, high)
              .dualClip(number(in.path("clip_ratio_c")))
              .logLimit(LOG_LIMIT);
      case "gspo" -> TextLosses.of(TextLoss.CLIP).clip(low, high).level(RatioLevel.SEQUENCE_TOKEN);
      case "sapo" ->
          TextLosses.of(TextLoss.SAPO)
              .sapo(new SoftGate(number(in.path("tau_pos")), number(in.path("tau_neg"))))
              .logLimit(LOG_LIMIT);
      case "gpg" -> TextLosses.of(TextLoss.GPG);
      case "geo_mean" -> TextLosses.of(TextLoss.GEO_MEAN).clip(low, high);
      case "cispo" -> TextLosses.of(TextLoss.CISPO).clip(low, high).logLimit(LOG_LIMIT);
      default -> throw new AssertionError("No loss " + fn);
    };
  }

  /** Three losses have an aggregation of their own, whatever is configured. */
  private static TextAggregation aggregationOf(String fn, JsonNode in) {
    return switch (fn) {
      case "gspo", "sapo", "geo_mean" -> TextAggregation.SEQUENCE_MEAN;
      default -> aggregation(in);
    };
  }

  private static TextAggregation aggregation(JsonNode in) {
    String mode = in.path("loss_agg_mode").textValue();
    return switch (mode) {
      case "token-mean" -> TextAggregation.TOKEN_MEAN;
      case "seq-mean-token-mean" -> TextAggregation.SEQUENCE_MEAN;
      case "seq-mean-token-sum" -> TextAggregation.SEQUENCE_SUM;
      case "seq-mean-token-sum-norm" -> TextAggregation.SUM_BY_LENGTH;
      default -> throw new AssertionError("No aggregation " + mode);
    };
  }

  /** The reference counts sequences that have a token, except for the geometric mean. */
  private static TextTotals totals(Golden.Case golden, Tensor mask) {
    JsonNode in = golden.inputs();
    double tokens = mask.sum().item_double();
    double texts = mask.sum(1).gt(new Scalar(0.0)).sum().item_double();
    long sequences = golden.fn().equals("geo_mean") ? mask.size(0) : (long) texts;
    return new TextTotals(
        in.path("global_batch_size").asLong(sequences),
        in.path("batch_num_tokens").asLong((long) tokens),
        in.path("loss_scale_factor").asInt((int) mask.size(1)));
  }

  /** One advantage a sequence, scaled by the guard where sequences are divided by their length. */
  private static Tensor advantages(JsonNode in, TextAggregation aggregation) {
    double[][] rows = matrix(in.path("advantages"));
    double[] guards = guards(in.path("response_mask"), aggregation);
    double[] values = new double[rows.length];
    for (int i = 0; i < values.length; i++) {
      assertThat(rows[i]).as("advantages of a sequence").containsOnly(rows[i][0]);
      values[i] = rows[i][0] * guards[i];
    }
    return TestTensors.of(values, values.length);
  }

  private static double[] guards(JsonNode mask, TextAggregation aggregation) {
    return Arrays.stream(matrix(mask))
        .mapToDouble(row -> Arrays.stream(row).sum())
        .map(n -> aggregation == TextAggregation.SEQUENCE_MEAN ? n / (n + LENGTH_GUARD) : 1)
        .toArray();
  }

  private static void checkAggregation(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      Tensor mask = TestTensors.matrix(in.path("loss_mask"));
      TextAggregation aggregation = aggregation(in);
      double[] guards = guards(in.path("loss_mask"), aggregation);
      double loss =
          TestTensors.matrix(in.path("loss_mat"))
              .mul(aggregation.weights(mask, totals(golden, mask)))
              .mul(TestTensors.of(guards, guards.length, 1))
              .sum()
              .item_double();
      if (aggregation != TextAggregation.SUM_BY_LENGTH) {
        // verl undoes the averaging over its data-parallel ranks here.
        loss *= in.path("dp_size").asInt(1);
      }
      double expected = number(golden.outputs().path("loss"));
      if (Double.isNaN(expected)) {
        // A batch without tokens: 0 / 0 in the reference, nothing here.
        assertThat(mask.sum().item_double()).isZero();
        assertThat(loss).isZero();
      } else {
        assertClose("loss", loss, golden.outputs().path("loss"), TOLERANCE);
      }
    }
  }

  /**
   * Where the reference stops with an error (names with a plus in the shipped code), ours is what
   * it documents: the value of the plain name.
   */
  private static void checkPenalty(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      JsonNode out = golden.outputs();
      String type = in.path("type").textValue();
      boolean straightThrough = type.endsWith("+");
      KlEstimate estimate = estimate(type.replace("+", ""));
      double[] values = doubles(in.path("logprob"));
      Tensor logProbs = TestTensors.leaf(TestTensors.of(values, values.length));
      Tensor reference = TestTensors.of(doubles(in.path("ref_logprob")), values.length);
      Tensor kl =
          straightThrough
              ? estimate.straightThrough(logProbs, reference)
              : estimate.of(logProbs, reference);
      double[] gradient = TestTensors.doubles(TestTensors.gradient(kl.sum(), logProbs));
      if (out.has("error")) {
        assertThat(TestTensors.doubles(kl))
            .containsExactly(TestTensors.doubles(estimate.of(logProbs, reference)), offset());
        assertThat(gradient)
            .containsExactly(TestTensors.doubles(logProbs.sub(reference)), offset());
      } else {
        assertFlatClose("kl", TestTensors.doubles(kl), out.path("kl"), TOLERANCE);
        assertFlatClose("gradient", gradient, out.path("grad_of_sum"), TOLERANCE);
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.api.Assertions.within(TOLERANCE);
  }

  private static KlEstimate estimate(String type) {
    return switch (type) {
      case "kl", "k1" -> KlEstimate.K1;
      case "mse", "k2" -> KlEstimate.K2;
      case "low_var_kl", "k3" -> KlEstimate.K3_BOUNDED;
      case "abs" -> KlEstimate.ABS;
      default -> throw new AssertionError("No estimate " + type);
    };
  }

  private static void checkAdaptiveWeight(Golden.Case golden) {
    JsonNode in = golden.inputs();
    AdaptiveKlWeight controller =
        new AdaptiveKlWeight(number(in.path("target")), number(in.path("horizon")));
    double[] values = new double[golden.outputs().path("values").size()];
    double weight = number(in.path("init"));
    for (int i = 0; i < values.length; i++) {
      weight =
          controller.next(weight, number(in.path("current_kl")), in.path("n_steps").longValue());
      values[i] = weight;
    }
    assertClose("values", values, golden.outputs().path("values"), TOLERANCE);
  }
}
