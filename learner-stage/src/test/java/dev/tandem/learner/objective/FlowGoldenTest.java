package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
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

/** The losses of one denoising step in Flow-GRPO's own code and in verl-omni. */
@Tag("golden")
class FlowGoldenTest {
  private static final String OMNI = "verl_omni/losses.json";

  /** The files' own tolerances for float64. */
  private static final double OMNI_TOLERANCE = 1e-9;

  private static final double FLOW_GRPO_TOLERANCE = 1e-10;

  /** Any length of a step: Flow-GRPO's divergence must not depend on it. */
  private static final double ANY_DT = 0.3;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> verlOmni() {
    return Stream.of("FlowGRPOLoss", "GRPOGuardLoss", "FlowDPPOLoss")
        .flatMap(fn -> Golden.tests(OMNI, fn, FlowGoldenTest::checkOmni));
  }

  @TestFactory
  Stream<DynamicTest> flowGrpo() {
    return Golden.tests("flow_grpo/loss.json", "flow_grpo_loss", FlowGoldenTest::checkFlowGrpo);
  }

  private static void checkOmni(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      JsonNode out = golden.outputs();
      Tensor logProb = TestTensors.leaf(vector(in.path("log_prob")));
      Tensor mean = TestTensors.leaf(latents(in.path("prev_sample_mean")));
      double sqrtDt = mean(in.path("sqrt_dt"));
      SdeStep step = new SdeStep(1, 1, mean(in.path("std_dev_t")) * sqrtDt);
      Surrogate surrogate =
          omniObjective(golden)
              .surrogate(
                  step,
                  mean,
                  logProb,
                  new FlowObjective.Anchor(
                      latents(in.path("old_prev_sample_mean")), vector(in.path("old_log_prob"))),
                  vector(in.path("advantages")));
      double factor = 1;
      if (golden.fn().equals("GRPOGuardLoss")) {
        factor = StepScaling.INVERSE_DT.factors(new double[] {sqrtDt * sqrtDt})[0];
      }
      Tensor loss = surrogate.value().mean().neg().mul(new Scalar(factor));
      assertClose("loss", loss.item_double(), out.path("loss"), OMNI_TOLERANCE);
      assertClose(
          "ratio",
          surrogate.ratio().mean().item_double(),
          out.path("metrics").path("actor/ratio_mean"),
          OMNI_TOLERANCE);
      assertGradient(loss, logProb, out.path("grad_log_prob"), OMNI_TOLERANCE);
      if (!out.path("grad_prev_sample_mean").isNull()) {
        assertGradient(loss, mean, out.path("grad_prev_sample_mean"), OMNI_TOLERANCE);
      }
    }
  }

  private static FlowObjective omniObjective(Golden.Case golden) {
    JsonNode in = golden.inputs();
    boolean masked = golden.fn().equals("FlowDPPOLoss");
    FlowSurrogate surrogate =
        masked
            ? new DivergenceMask(number(in.path("kl_mask_threshold")), true)
            : new ClippedSurrogate(ClipRange.symmetric(number(in.path("clip_ratio"))));
    return new FlowObjective(
        surrogate,
        golden.fn().equals("GRPOGuardLoss"),
        masked ? Double.POSITIVE_INFINITY : number(in.path("adv_clip_max")),
        LatentReduction.MEAN);
  }

  /** The deviation may differ from member to member: each is a group of its own. */
  private static void checkFlowGrpo(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode in = golden.inputs();
      JsonNode out = golden.outputs();
      Tensor logProb = TestTensors.leaf(vector(in.path("log_prob")));
      Tensor mean = TestTensors.leaf(latents(in.path("prev_sample_mean")));
      JsonNode referenceMean = in.path("prev_sample_mean_ref");
      Tensor reference = referenceMean.isNull() ? mean.detach() : latents(referenceMean);
      Tensor old = vector(in.path("old_log_prob"));
      Tensor advantages = vector(in.path("advantages"));
      FlowObjective objective =
          new FlowObjective(
              new ClippedSurrogate(ClipRange.symmetric(number(in.path("clip_range")))),
              false,
              number(in.path("adv_clip_max")),
              LatentReduction.MEAN);
      Tensor surrogates = TestTensors.of(new double[1], 1).sum();
      Tensor divergences = surrogates;
      double[] sigmas = doubles(in.path("std_dev_t"));
      for (int i = 0; i < sigmas.length; i++) {
        SdeStep step = new SdeStep(1, 1, sigmas[i] * Math.sqrt(ANY_DT));
        Tensor own = mean.narrow(0, i, 1);
        Surrogate surrogate =
            objective.surrogate(
                step,
                own,
                logProb.narrow(0, i, 1),
                new FlowObjective.Anchor(own.detach(), old.narrow(0, i, 1)),
                advantages.narrow(0, i, 1));
        surrogates = surrogates.add(surrogate.value().sum());
        divergences =
            divergences.add(
                LatentKl.FLOW_GRPO.of(own, reference.narrow(0, i, 1), step, ANY_DT).sum());
      }
      Scalar members = new Scalar((double) sigmas.length);
      Tensor policy = surrogates.div(members).neg();
      Tensor kl = divergences.div(members);
      double beta = number(in.path("beta"));
      assertClose("policy", policy.item_double(), out.path("policy_loss"), FLOW_GRPO_TOLERANCE);
      if (beta > 0) {
        assertClose("kl", kl.item_double(), out.path("kl_loss"), FLOW_GRPO_TOLERANCE);
      }
      Tensor loss = beta > 0 ? policy.add(kl.mul(new Scalar(beta))) : policy;
      assertClose("loss", loss.item_double(), out.path("loss"), FLOW_GRPO_TOLERANCE);
      assertGradient(loss, logProb, out.path("grad_log_prob"), FLOW_GRPO_TOLERANCE);
      if (beta > 0) {
        assertGradient(loss, mean, out.path("grad_prev_sample_mean"), FLOW_GRPO_TOLERANCE);
      }
    }
  }

  private static void assertGradient(
      Tensor loss, Tensor leaf, JsonNode expected, double tolerance) {
    double[] gradient = TestTensors.doubles(TestTensors.gradient(loss, leaf));
    assertFlatClose("gradient", gradient, expected, tolerance);
  }

  private static double mean(JsonNode node) {
    return Arrays.stream(doubles(node)).average().orElseThrow();
  }

  private static Tensor vector(JsonNode node) {
    double[] values = doubles(node);
    return TestTensors.of(values, values.length);
  }

  /** Latents of any form as {@code [G, N, 1]}. */
  private static Tensor latents(JsonNode node) {
    double[] values = doubles(node);
    return TestTensors.of(values, node.size(), values.length / node.size(), 1);
  }
}
