package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.policy.Torch;
import dev.tandem.testing.Golden;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** All loss types of TRL's GRPO trainer with all their options: loss and gradient. */
@Tag("golden")
class TrlGoldenTest {
  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-10;

  /** Types that TRL divides by a count over all accumulated batches. */
  private static final Set<String> GLOBALLY_NORMALISED = Set.of("cispo", "dapo", "vespo");

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return Golden.cases("trl/grpo_loss.json").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden)));
  }

  private static void check(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      Tensor logProbs = TestTensors.leaf(TestTensors.matrix(in.path("per_token_logps")));
      Tensor loss = new Loss(in, logProbs).value();
      assertClose("loss", loss.item_double(), golden.outputs().path("loss"), TOLERANCE);
      double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logProbs));
      JsonNode expected = golden.outputs().path("grad_logps");
      assertFlatClose("gradient", withPadding(gradient, in, expected), expected, TOLERANCE);
    }
  }

  /**
   * An advantage that is no number reaches padding in the reference, as 0 times it. Here padding
   * has no influence and its gradient stays a number.
   */
  private static double[] withPadding(double[] gradient, JsonNode in, JsonNode expected) {
    double[] mask = doubles(in.path("mask"));
    double[] wanted = doubles(expected);
    double[] compared = gradient.clone();
    for (int i = 0; i < compared.length; i++) {
      if (mask[i] == 0 && Double.isNaN(wanted[i])) {
        assertThat(gradient[i]).isFinite();
        compared[i] = wanted[i];
      }
    }
    return compared;
  }

  private static final class Loss {
    private final JsonNode in;
    private final String type;
    private final double beta;
    private final Tensor logProbs;
    private final Tensor anchor;
    private final Tensor reference;
    private final Tensor mask;
    private final double[] advantages;

    Loss(JsonNode in, Tensor logProbs) {
      this.in = in;
      this.logProbs = logProbs;
      type = in.path("loss_type").textValue();
      beta = number(in.path("beta"));
      JsonNode old = in.path("old_per_token_logps");
      anchor = old.isNull() ? logProbs.detach() : TestTensors.matrix(old);
      reference = beta == 0 ? null : TestTensors.matrix(in.path("ref_per_token_logps"));
      mask = TestTensors.matrix(in.path("mask"));
      advantages = doubles(in.path("advantages"));
    }

    Tensor value() {
      boolean luspo = type.equals("luspo");
      Tensor objective =
          settings()
              .k3(luspo ? 0 : beta, in.path("use_bias_correction_kl").booleanValue(), infinite())
              .build()
              .objective()
              .evaluate(
                  new TextObjective.Inputs(
                      logProbs,
                      anchor,
                      luspo ? null : reference,
                      mask,
                      TestTensors.of(advantages, advantages.length)),
                  totals())
              .objective();
      Tensor loss = objective.neg();
      if (luspo && reference != null) {
        loss = loss.add(luspoPenalty());
      }
      return GLOBALLY_NORMALISED.contains(type)
          ? loss
          : loss.div(new Scalar(number(in.path("gradient_accumulation_steps"))));
    }

    private TextLosses settings() {
      double high = number(in.path("epsilon_high"));
      double low = number(in.path("epsilon_low"));
      TextLosses losses =
          switch (type) {
            case "cispo" ->
                // The cap itself; no bound below.
                TextLosses.of(TextLoss.CISPO).clip(1, high - 1);
            case "sapo" ->
                TextLosses.of(TextLoss.SAPO)
                    .sapo(
                        new SoftGate(
                            number(in.path("sapo_temperature_pos")),
                            number(in.path("sapo_temperature_neg"))));
            case "vespo" ->
                TextLosses.of(TextLoss.VESPO)
                    .vespo(
                        new GammaWeight(
                            number(in.path("vespo_k_pos")),
                            number(in.path("vespo_lambda_pos")),
                            number(in.path("vespo_k_neg")),
                            number(in.path("vespo_lambda_neg"))));
            default -> TextLosses.of(TextLoss.CLIP).clip(low, high);
          };
      return losses
          .delta(limit("delta"))
          .offPolicy(limit("off_policy_mask_threshold"))
          .level(level())
          .aggregation(aggregation());
    }

    private double limit(String name) {
      return in.path(name).isNull() ? infinite() : number(in.path(name));
    }

    private static double infinite() {
      return Double.POSITIVE_INFINITY;
    }

    private RatioLevel level() {
      return switch (in.path("importance_sampling_level").textValue()) {
        case "token" -> RatioLevel.TOKEN;
        case "sequence" -> RatioLevel.SEQUENCE;
        default -> throw new AssertionError("No such level");
      };
    }

    private TextAggregation aggregation() {
      return switch (type) {
        case "grpo", "sapo" -> TextAggregation.SEQUENCE_MEAN;
        case "bnpo", "dapo", "cispo", "vespo" -> TextAggregation.TOKEN_MEAN;
        case "dr_grpo" -> TextAggregation.CONSTANT;
        case "luspo" -> TextAggregation.SEQUENCE_SUM;
        default -> throw new AssertionError("No aggregation for " + type);
      };
    }

    private TextTotals totals() {
      double tokens =
          GLOBALLY_NORMALISED.contains(type)
              ? number(in.path("num_items_in_batch"))
              : mask.sum().item_double();
      return new TextTotals(
          advantages.length, (long) tokens, in.path("max_completion_length").intValue());
    }

    /**
     * With LUSPO the reference averages the penalty over the padded width, padding included, before
     * it multiplies by the length. Here padding never counts, so that the penalty is the one of the
     * other types; without padding the two agree.
     */
    private Tensor luspoPenalty() {
      TokenRatios ratios =
          new RatioForm(level(), infinite(), infinite()).of(logProbs, anchor, mask);
      KlForm form =
          new KlForm(
              KlEstimate.K3, false, in.path("use_bias_correction_kl").booleanValue(), infinite());
      return form.byToken(ratios, reference).mul(RatioLevel.sum(mask)).mean().mul(new Scalar(beta));
    }
  }
}
