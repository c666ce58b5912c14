package dev.tandem.reward.refine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.refine.RoundStatistics.Sample;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class RoundStatisticsGoldenTest {
  private static final String FILE = "r3/eval_stats.json";

  /** The tolerance of the file. */
  private static final double TOLERANCE = 1e-12;

  /** The reference sums these in single precision: half a unit in its last place. */
  private static final double SINGLE_PRECISION = 0x1p-24;

  @Test
  void everyFunctionHasATest() {
    Golden.requireKnown(FILE, "evaluate", "auto_stop");
  }

  @TestFactory
  Stream<DynamicTest> statisticsAgreeWithTheReference() {
    return Golden.tests(FILE, "evaluate", RoundStatisticsGoldenTest::checkStatistics);
  }

  @TestFactory
  Stream<DynamicTest> roundsStopLikeTheReference() {
    return Golden.tests(FILE, "auto_stop", RoundStatisticsGoldenTest::checkStop);
  }

  private static void checkStatistics(Golden.Case golden) {
    JsonNode in = golden.inputs();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < in.get("tags").size(); i++) {
      samples.add(
          new Sample(
              in.get("tags").get(i).textValue(),
              numbers(in.get("rewards").get(i)),
              numbers(in.get("format_rewards").get(i)),
              in.get("finished_steps").get(i).intValue(),
              in.get("finished").get(i).booleanValue()));
    }
    List<String> tags = texts(in.get("dataset_tags"));
    SortedMap<String, Double> metrics =
        new RoundStatistics(tags, samples, in.get("rounds").intValue()).metrics();

    String prefix = "Eval_" + in.get("dataset").textValue() + "/";
    golden
        .outputs()
        .get("log")
        .properties()
        .forEach(entry -> check(entry, entry.getKey().substring(prefix.length()), metrics));
  }

  private static void check(
      Map.Entry<String, JsonNode> expected, String name, Map<String, Double> metrics) {
    if (name.endsWith("_mean_cot_length")) {
      return; // handed through by the reference, measured by nobody here
    }
    double tolerance = name.contains("_vs_") ? SINGLE_PRECISION : TOLERANCE;
    assertThat(metrics).containsKey(name);
    assertThat(metrics.get(name))
        .as(name)
        .isCloseTo(expected.getValue().doubleValue(), Assertions.within(tolerance));
  }

  private static void checkStop(Golden.Case golden) {
    JsonNode in = golden.inputs();
    JsonNode out = golden.outputs();
    int rounds = in.get("rounds").intValue();
    int[] stopped = new int[rounds];
    for (int image = 0; image < out.get("finished").size(); image++) {
      List<String> instructions = new ArrayList<>();
      for (int round = 1; round < rounds; round++) {
        instructions.add(in.get("edit_operations_by_round").get(round).get(image).textValue());
      }
      Refinement refinement =
          Refinement.of(instructions, rounds, in.get("auto_stop").booleanValue());
      String name = "img" + image;
      assertThat(refinement.shown().stream().map(round -> "reward(" + name + "@" + round + ")"))
          .as(name)
          .containsExactlyElementsOf(texts(out.get("rewards").get(image)));
      // The reference records the first image twice.
      assertThat(Stream.concat(Stream.of(0), refinement.shown().stream()).map(r -> name + "@" + r))
          .containsExactlyElementsOf(texts(out.get("images_recorded").get(image)));
      if (refinement.finished()) {
        stopped[refinement.finishedSteps()]++;
      }
      assertThat(refinement.finishedSteps())
          .isEqualTo(out.get("finished_steps").get(image).intValue());
      assertThat(refinement.finished()).isEqualTo(out.get("finished").get(image).booleanValue());
    }
    assertThat(stopped).isEqualTo(GoldenValues.ints(out.get("no_edit_cnt")));
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.doubleValue()));
    return numbers;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
