package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.objective.FlowObjective.Anchor;
import dev.tandem.policy.Torch;
import dev.tandem.policy.flow.RatioNorm;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The joint objective on a toy velocity field {@code v = x (W + delta) + t b}. */
@Tag("golden")
class UniGrpoGoldenTest {
  /** The files' own tolerance for float64. */
  private static final double TOLERANCE = 1e-9;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> ratioNorm() {
    return Golden.tests("papers/unigrpo.json", "rationorm", UniGrpoGoldenTest::checkRatioNorm);
  }

  @TestFactory
  Stream<DynamicTest> jointObjective() {
    return Golden.tests("papers/unigrpo.json", "unigrpo", UniGrpoGoldenTest::checkJoint);
  }

  private static void checkRatioNorm(Golden.Case golden) {
    JsonNode in = golden.inputs();
    ToySchedule schedule = ToySchedule.of(in);
    int step = in.path("step").intValue();
    try (PointerScope scope = new PointerScope()) {
      Tensor normalised =
          FlowObjective.normalised(
              TestTensors.of(new double[] {number(in.path("log_ratio"))}, 1),
              TestTensors.of(new double[] {number(in.path("dmu_sq"))}, 1),
              RatioNorm.of(schedule.step(step)));
      JsonNode out = golden.outputs();
      double value = normalised.item_double();
      assertClose("log ratio", value, out.path("log_ratio_normalised"), TOLERANCE);
      assertClose("ratio", Math.exp(value), out.path("ratio"), TOLERANCE);
    }
  }

  private static void checkJoint(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      new ToyGroup(golden).check();
    }
  }

  /** The schedule and noise level of the file: T steps, shifted, denominator of the next point. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ToySchedule(double[] times, double noiseLevel) {
    static ToySchedule of(JsonNode in) {
      int steps = in.path("T").intValue();
      double shift = number(in.path("shift"));
      double[] times = new double[steps + 1];
      for (int i = 0; i <= steps; i++) {
        double s = 1 - (double) i / steps;
        times[i] = shift * s / (1 + (shift - 1) * s);
      }
      return new ToySchedule(times, number(in.path("noise_level")));
    }

    double sigma(int step) {
      double t = times[step];
      return noiseLevel * Math.sqrt(t / (1 - (step == 0 ? times[1] : t)));
    }

    SdeStep step(int step) {
      return SdeStep.coefficients(times[step], times[step] - times[step + 1], sigma(step));
    }
  }

  private static final class ToyGroup {
    private final JsonNode in;
    private final JsonNode out;
    private final ToySchedule schedule;
    private final int[] window;
    private final FlowObjective flow;
    private final Tensor advantages;
    private final Tensor weight;
    private final Tensor bias;

    ToyGroup(Golden.Case golden) {
      in = golden.inputs();
      out = golden.outputs();
      schedule = ToySchedule.of(in);
      window = ints(in.path("window"));
      flow =
          new FlowObjective(
              ClipRange.symmetric(number(in.path("clip_flow"))),
              in.path("ratio_norm").booleanValue(),
              in.path("reduction").textValue().equals("sum")
                  ? LatentReduction.SUM
                  : LatentReduction.MEAN);
      double[] values = doubles(out.path("advantages"));
      advantages = TestTensors.of(values, values.length);
      weight = TestTensors.matrix(in.path("W"));
      double[] offsets = doubles(in.path("b"));
      bias = TestTensors.of(offsets, offsets.length);
    }

    void check() {
      Tensor text = text();
      List<Tensor> surrogates = new ArrayList<>();
      List<Tensor> penalties = new ArrayList<>();
      for (int place = 0; place < window.length; place++) {
        flowStep(place, surrogates, penalties);
      }
      Tensor image = mean(surrogates);
      Tensor penalty = mean(penalties);
      Tensor loss =
          new JointLoss(1, number(in.path("image_weight")))
              .of(text, image, penalty.mul(new Scalar(number(in.path("mse_weight")))));
      assertClose("text", text.item_double(), out.path("text_objective"), TOLERANCE);
      assertClose("image", image.item_double(), out.path("image_objective"), TOLERANCE);
      assertClose("penalty", penalty.item_double(), out.path("velocity_mse"), TOLERANCE);
      assertClose("loss", loss.item_double(), out.path("loss"), TOLERANCE);
    }

    private Tensor text() {
      RaggedText ragged = new RaggedText(in.path("group"));
      TextAggregation aggregation =
          in.path("text_agg").textValue().equals("token-mean")
              ? TextAggregation.TOKEN_MEAN
              : TextAggregation.SEQUENCE_MEAN;
      ClipRange clip =
          new ClipRange(number(in.path("clip_text_low")), number(in.path("clip_text_high")));
      TextObjective.Terms terms =
          new TextObjective(clip, 0, aggregation)
              .evaluate(
                  new TextObjective.Inputs(
                      ragged.tensor("new_logp"),
                      ragged.tensor("old_logp"),
                      null,
                      ragged.mask("new_logp"),
                      advantages),
                  ragged.totals("new_logp"));
      double[] ratios = TestTensors.doubles(terms.surrogate().ratio());
      for (int i = 0; i < in.path("group").size(); i++) {
        JsonNode expected = out.path("samples").path(i).path("text_ratios");
        double[] row = new double[expected.size()];
        System.arraycopy(ratios, i * ragged.width("new_logp"), row, 0, row.length);
        assertFlatClose("text ratios of member " + i, row, expected, TOLERANCE);
      }
      return terms.objective();
    }

    private void flowStep(int place, List<Tensor> surrogates, List<Tensor> penalties) {
      int step = window[place];
      FlowTransition transition =
          new FlowTransition(latents(step), latents(step + 1), schedule.step(step));
      Anchor anchor = flow.anchor(transition, velocity(step, in.path("delta_old")));
      Tensor velocity = velocity(step, in.path("delta_new"));
      FlowObjective.Terms terms = flow.evaluate(transition, velocity, anchor, advantages);
      assertMembers("old_logp", place, anchor.logProb());
      assertMembers("new_logp", place, terms.logProb());
      assertMembers("ratio_used", place, terms.surrogate().ratio());
      surrogates.add(terms.surrogate().value());
      Tensor reference = latents(step).matmul(weight).add(offset(step));
      penalties.add(VelocityPenalty.meanSquaredError(velocity, reference));
    }

    private void assertMembers(String name, int place, Tensor actual) {
      double[] values = TestTensors.doubles(actual);
      for (int i = 0; i < values.length; i++) {
        JsonNode expected = out.path("samples").path(i).path(name).path(place);
        assertClose(name + " of member " + i, values[i], expected, TOLERANCE);
      }
    }

    private Tensor latents(int point) {
      List<double[]> members = new ArrayList<>();
      JsonNode shape = in.path("group").path(0).path("x0");
      for (JsonNode sample : out.path("samples")) {
        members.add(doubles(sample.path("trajectory").path(point)));
      }
      double[] flat = members.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
      return TestTensors.of(flat, members.size(), shape.size(), shape.path(0).size());
    }

    private Tensor velocity(int step, JsonNode delta) {
      return latents(step).matmul(weight.add(TestTensors.matrix(delta))).add(offset(step));
    }

    private Tensor offset(int step) {
      return bias.mul(new Scalar(schedule.times()[step]));
    }

    private static Tensor mean(List<Tensor> perStep) {
      return torch
          .stack(new org.bytedeco.pytorch.TensorVector(perStep.toArray(Tensor[]::new)), 0)
          .mean();
    }
  }
}
