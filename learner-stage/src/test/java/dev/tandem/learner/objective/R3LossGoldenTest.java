package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.GuidedVelocity;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** R3's losses of texts and images, from logits and velocities: values and gradients. */
@Tag("golden")
class R3LossGoldenTest {
  private static final String FILE = "r3/losses.json";

  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  /** The reference divides by a count plus this, which the tolerance would notice. */
  private static final double COUNT_GUARD = 1e-4;

  /** The least probability that the reference takes a logarithm of. */
  private static final double LEAST_PROBABILITY = 1e-20;

  /** The reference trains without the penalty of a text where it is above this. */
  private static final double KL_LIMIT = 10;

  private static final double HIGHEST_TIME = 0.95;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> texts() {
    return Golden.tests(FILE, "text_loss", R3LossGoldenTest::checkText);
  }

  @TestFactory
  Stream<DynamicTest> textsFarFromTheReference() {
    return Golden.tests(FILE, "text_loss_kl_dropped", R3LossGoldenTest::checkText);
  }

  @TestFactory
  Stream<DynamicTest> images() {
    return Golden.tests(FILE, "image_loss", R3LossGoldenTest::checkImages);
  }

  /** Every token has its own advantage: a text of one token. */
  private static void checkText(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      JsonNode out = golden.outputs();
      int[] labels = ints(in.path("label_ids"));
      Tensor logits = TestTensors.leaf(TestTensors.matrix(in.path("logits")));
      Tensor logProbs = logProbs(logits, labels);
      double klWeight = number(in.path("kl_weight_text"));
      long total = in.path("total_text_grad_tokens").longValue();
      // The reference's measure is divided by its total of tokens, ours by the group's tokens.
      double limit = KL_LIMIT * (total + COUNT_GUARD) / labels.length;
      double clip = number(in.path("grpo_clip_ratio"));
      boolean penalised = klWeight > 0;
      TextObjective.Terms terms =
          TextLosses.of(TextLoss.CLIP)
              .clip(clip, clip)
              .aggregation(TextAggregation.TOKEN_MEAN)
              .k3(klWeight, false, limit)
              .build()
              .objective()
              .evaluate(
                  new TextObjective.Inputs(
                      logProbs,
                      anchor(in, logProbs),
                      penalised
                          ? logProbs(TestTensors.matrix(in.path("ref_logits")), labels)
                          : null,
                      torch.ones_like(logProbs),
                      TestTensors.of(doubles(in.path("advantages")), labels.length)),
                  new TextTotals(labels.length, total, 1));
      double guard = total / (total + COUNT_GUARD);
      Tensor loss = terms.objective().neg().mul(new Scalar(guard * number(in.path("ce_weight"))));
      assertFlatClose(
          "log-probs", TestTensors.doubles(logProbs), out.path("per_token_logps"), TOLERANCE);
      if (penalised) {
        double kl = terms.kl().sum().item_double() / (total + COUNT_GUARD);
        assertClose("kl", kl, out.path("kl"), TOLERANCE);
      }
      if (!out.path("ratio_mean").isNull()) {
        double ratio = terms.surrogate().ratio().mean().item_double();
        assertClose("ratio", ratio, out.path("ratio_mean"), TOLERANCE);
      }
      assertClose("loss", loss.item_double(), out.path("loss"), TOLERANCE);
      double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, logits));
      assertFlatClose("gradient", gradient, out.path("grad_logits"), TOLERANCE);
    }
  }

  private static Tensor logProbs(Tensor logits, int[] labels) {
    double[] indexes = Arrays.stream(labels).asDoubleStream().toArray();
    return torch
        .log_softmax(logits, 1)
        .gather(1, TestTensors.of(indexes, indexes.length, 1).to(ScalarType.Long));
  }

  private static Tensor anchor(JsonNode in, Tensor logProbs) {
    JsonNode probabilities = in.path("behavior_probs");
    if (probabilities.isNull()) {
      return logProbs.detach();
    }
    double[] logs =
        Arrays.stream(doubles(probabilities))
            .map(p -> Math.log(Math.max(p, LEAST_PROBABILITY)))
            .toArray();
    return TestTensors.of(logs, logs.length, 1);
  }

  /** Images differ in size and time: each is a group of its own. */
  private static void checkImages(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      JsonNode out = golden.outputs();
      Tensor rows = TestTensors.leaf(TestTensors.matrix(in.path("v_pred")));
      Images images = new Images(in, rows, TestTensors.matrix(in.path("ref_v_pred")));
      double total = in.path("total_image_num").intValue() + COUNT_GUARD;
      Tensor policy = images.surrogates().div(new Scalar(total)).neg();
      Tensor kl = images.divergence();
      Tensor loss =
          policy
              .mul(new Scalar(number(in.path("mse_weight"))))
              .add(kl.mul(new Scalar(number(in.path("kl_weight_image")))));
      assertFlatClose("log-probs", images.logProbs(), out.path("log_prob_per_image"), TOLERANCE);
      assertClose("policy", policy.item_double(), out.path("policy_loss"), TOLERANCE);
      if (number(in.path("kl_weight_image")) > 0) {
        assertClose("kl", kl.item_double(), out.path("kl"), TOLERANCE);
      }
      assertClose("loss", loss.item_double(), out.path("loss"), TOLERANCE);
      double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, rows));
      assertFlatClose("gradient", gradient, out.path("grad_v"), TOLERANCE);
    }
  }

  private static final class Images {
    private final JsonNode in;
    private final double[] times;
    private final double[] lengths;
    private final double[] logProbs;
    private Tensor surrogates = TestTensors.of(new double[1], 1).sum();
    private Tensor divergences = surrogates;
    private int tokens;

    Images(JsonNode in, Tensor rows, Tensor referenceRows) {
      this.in = in;
      times = doubles(in.path("t"));
      lengths = doubles(in.path("dt"));
      logProbs = new double[in.path("condition_token_indexes").size()];
      Tensor x = TestTensors.matrix(in.path("x_t"));
      Tensor next = TestTensors.matrix(in.path("x_prev"));
      Tensor behaviour = TestTensors.of(doubles(in.path("behavior_log_probs")), times.length);
      double[] advantages = doubles(in.path("image_advantages"));
      for (int i = 0; i < logProbs.length; i++) {
        JsonNode ranges = in.path("condition_token_indexes").path(i);
        int[] shape = ints(in.path("latent_shapes").path(i));
        int size = shape[0] * shape[1];
        SdeStep step = step(tokens);
        FlowTransition transition =
            new FlowTransition(
                x.narrow(0, tokens, size).unsqueeze(0),
                next.narrow(0, tokens, size).unsqueeze(0),
                step);
        // The file's log-probabilities leave out what no model changes.
        Tensor stored =
            behaviour.narrow(0, tokens, size).mean().unsqueeze(0).add(new Scalar(step.logProb(0)));
        add(
            i,
            transition,
            velocity(rows, ranges),
            velocity(referenceRows, ranges),
            stored,
            advantages[i]);
        tokens += size;
      }
    }

    private void add(
        int image,
        FlowTransition transition,
        Tensor velocity,
        Tensor referenceVelocity,
        Tensor stored,
        double advantage) {
      FlowObjective objective =
          new FlowObjective(
              ClipRange.symmetric(number(in.path("grpo_clip_ratio"))), false, LatentReduction.MEAN);
      FlowObjective.Anchor anchor =
          new FlowObjective.Anchor(objective.anchor(transition, velocity).mean(), stored);
      FlowObjective.Terms terms =
          objective.evaluate(
              transition, velocity, anchor, TestTensors.of(new double[] {advantage}, 1));
      SdeStep step = transition.step();
      logProbs[image] = terms.logProb().item_double() - step.logProb(0);
      surrogates = surrogates.add(terms.surrogate().value().sum());
      Tensor divergence =
          LatentKl.R3.of(terms.mean(), transition.mean(referenceVelocity), step, lengths[tokens]);
      // The reference's mean is over the tokens of all images.
      divergences = divergences.add(divergence.sum().mul(new Scalar((double) velocity.size(1))));
    }

    private SdeStep step(int token) {
      double t = times[token];
      double factor = number(in.path("constant_eta"));
      double sigma =
          in.path("eta_mode").textValue().equals("monotonic")
              ? factor * Math.sqrt(t / (1 - Math.min(t, HIGHEST_TIME)))
              : factor;
      return SdeStep.coefficients(t, lengths[token], sigma);
    }

    /**
     * Guided where the reference's training pass guides: with all three velocities, by the norm
     * that its caller's mistake makes effective. Rollout and replay agree in that here.
     */
    private Tensor velocity(Tensor rows, JsonNode ranges) {
      Tensor full = rows(rows, ranges, 0);
      if (ranges.size() < 3) {
        return full;
      }
      Guidance guidance =
          new Guidance(
              number(in.path("cfg_text_scale")),
              number(in.path("cfg_img_scale")),
              0,
              1,
              Guidance.Renorm.valueOf(
                  in.path("effective_renorm_type_edit").textValue().toUpperCase(Locale.ROOT)),
              number(in.path("cfg_renorm_min")));
      return new GuidedVelocity(guidance)
          .combine(full, rows(rows, ranges, 1), rows(rows, ranges, 2));
    }

    private static Tensor rows(Tensor rows, JsonNode ranges, int condition) {
      int begin = ranges.path(condition).path(0).intValue();
      int end = ranges.path(condition).path(1).intValue();
      return rows.narrow(0, begin, end - begin).unsqueeze(0);
    }

    double[] logProbs() {
      return logProbs;
    }

    Tensor surrogates() {
      return surrogates;
    }

    Tensor divergence() {
      return divergences.div(new Scalar((double) tokens));
    }
  }
}
