package dev.tandem.learner.optimizer;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.optimizer.LearningRateSchedule.Kind;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.Torch;
import dev.tandem.testing.Golden;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class AdamWGoldenTest {
  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-12;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  /** A gradient that is not finite makes everything NaN here: the learner skips such updates. */
  @TestFactory
  Stream<DynamicTest> clippedScheduledAveragedSteps() {
    return Golden.tests("optim/adamw.json", "adamw", AdamWGoldenTest::check);
  }

  private static void check(Golden.Case golden) {
    JsonNode in = golden.inputs();
    double rate = number(in.path("lr"));
    AdamWSettings settings =
        new AdamWSettings(
            number(in.path("beta1")),
            number(in.path("beta2")),
            number(in.path("eps")),
            number(in.path("weight_decay")));
    LearningRateSchedule schedule = schedule(in, rate);
    try (PointerScope scope = new PointerScope()) {
      Tensor value = tensor(in.path("param"));
      List<TrainedParameter> parameters = List.of(new TrainedParameter("p", value, rate));
      try (AdamW optimizer = AdamW.fresh(settings, parameters);
          MovingAverage average =
              new MovingAverage(number(in.path("ema_decay")), parameters, Map.of())) {
        for (int i = 0; i < in.path("grads").size(); i++) {
          JsonNode expected = golden.outputs().path("steps").path(i);
          String at = " after step " + i;
          double factor = schedule.factor(optimizer.steps());
          assertClose("rate" + at, rate * factor, expected.path("lr"), TOLERANCE);
          List<Tensor> gradients = List.of(tensor(in.path("grads").path(i)));
          double norm = GradientClipping.globalNorm(gradients);
          assertClose("norm" + at, norm, expected.path("grad_norm"), TOLERANCE);
          GradientClipping.clip(gradients, norm, number(in.path("max_grad_norm")));
          optimizer.step(gradients, factor);
          average.update();
          assertFlatClose(
              "value" + at, HostTensors.doubles(value), expected.path("param"), TOLERANCE);
          Tensor averaged = average.averages().get("p");
          assertFlatClose(
              "average" + at, HostTensors.doubles(averaged), expected.path("ema"), TOLERANCE);
        }
      }
    }
  }

  private static LearningRateSchedule schedule(JsonNode in, double rate) {
    return new LearningRateSchedule(
        Kind.valueOf(in.path("scheduler").textValue().toUpperCase(Locale.ROOT)),
        in.path("warmup_steps").longValue(),
        in.path("total_steps").longValue(),
        number(in.path("min_lr")) / rate);
  }

  private static Tensor tensor(JsonNode values) {
    double[] array = doubles(values);
    return HostTensors.of(array, array.length);
  }
}
