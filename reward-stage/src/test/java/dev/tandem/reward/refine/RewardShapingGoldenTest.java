package dev.tandem.reward.refine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.ProductReward;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.Scripted;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The rewards of R3's two stages, put together as its configuration does it. */
@Tag("golden")
class RewardShapingGoldenTest {
  private static final String FILE = "r3/reward_shaping.json";

  /** The tolerance of the file. */
  private static final double TOLERANCE = 1e-12;

  private static final String VERIFIER = "verifier";

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return Golden.cases(FILE).stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden)));
  }

  private static void check(Golden.Case golden) {
    JsonNode in = golden.inputs();
    double[] verified = GoldenValues.doubles(in.get("rewards"));
    double[] formed = GoldenValues.doubles(in.get("format_rewards"));
    List<ScoringInput> inputs =
        IntStream.range(0, verified.length).mapToObj(i -> input(in, i)).toList();
    Reward verifier = new Scripted(VERIFIER, input -> verified[inputs.indexOf(input)]);
    Reward format = new Scripted("format", input -> formed[inputs.indexOf(input)]);
    boolean edits = edits(golden);
    Reward judged = edits ? new CorrectionReward(verifier) : verifier;
    List<RewardOutcome> gated = Outcomes.of(new ProductReward(List.of(judged, format)), inputs);

    double weight = in.get("format_reward_weight").doubleValue();
    JsonNode totals = golden.outputs().get("total_rewards");
    double[] total = new double[verified.length];
    for (int i = 0; i < total.length; i++) {
      // What is no number in the reference is a failure here, apart from all numbers.
      total[i] =
          gated.get(i) instanceof RewardOutcome.Value value
              ? value.value() + weight * formed[i]
              : Double.NaN;
    }
    GoldenValues.assertClose("total", total, totals, TOLERANCE);
    checkImages(golden, verified);
    if (Arrays.stream(total).noneMatch(Double::isNaN)) {
      double mean = Arrays.stream(total).average().orElseThrow();
      double[] advantages = Arrays.stream(total).map(reward -> reward - mean).toArray();
      GoldenValues.assertClose(
          "text advantages", advantages, golden.outputs().get("text_advantages"), TOLERANCE);
    }
  }

  private static boolean edits(Golden.Case golden) {
    return switch (golden.fn()) {
      case "shape_gen" -> false;
      case "shape_edit" -> true;
      default -> throw new AssertionError("Unknown function " + golden.fn());
    };
  }

  private static void checkImages(Golden.Case golden, double[] verified) {
    JsonNode operations = golden.inputs().get("edit_operations");
    double mean = Arrays.stream(verified).average().orElseThrow();
    double[] advantages = Arrays.stream(verified).map(reward -> reward - mean).toArray();
    if (!Double.isNaN(mean)) {
      GoldenValues.assertClose(
          "image advantages before the edits' weights",
          advantages,
          golden.outputs().get("image_advantages_before_mask"),
          TOLERANCE);
    }
    List<Integer> weights = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      weights.add(Correction.imageWeight(operations.get(i).textValue()));
      advantages[i] *= weights.get(i);
    }
    if (operations.isArray()) {
      GoldenValues.assertClose(
          "weights", weights, golden.outputs().get("edit_img_adv_multiplier"), 0);
    } else {
      checkBuffer(golden, verified);
    }
    if (!Double.isNaN(mean)) {
      GoldenValues.assertClose(
          "image advantages", advantages, golden.outputs().get("image_advantages"), TOLERANCE);
    }
  }

  private static void checkBuffer(Golden.Case golden, double[] verified) {
    Map<Boolean, List<String>> perfect =
        IntStream.range(0, verified.length)
            .boxed()
            .collect(
                Collectors.partitioningBy(
                    i -> Correction.isPerfect(verified[i]),
                    Collectors.mapping(i -> "img" + i, Collectors.toList())));
    assertThat(perfect.get(true))
        .isEqualTo(GoldenValues.strings(golden.outputs().get("buffer_perfect")));
    assertThat(perfect.get(false))
        .isEqualTo(GoldenValues.strings(golden.outputs().get("buffer_bad")));
  }

  /** The index keeps inputs apart that are equal otherwise. */
  private static ScoringInput input(JsonNode in, int index) {
    JsonNode operations = in.get("edit_operations");
    String operation = operations.isArray() ? operations.get(index).textValue() : "";
    Map<String, Double> before =
        in.get("last_reward").isNumber()
            ? Map.of(VERIFIER, in.get("last_reward").doubleValue())
            : Map.of();
    return Scripted.input(
        Optional.of("<think>" + index + "</think>" + operation), OptionalInt.empty(), before);
  }
}
