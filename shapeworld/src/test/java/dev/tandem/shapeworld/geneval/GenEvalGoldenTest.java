package dev.tandem.shapeworld.geneval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class GenEvalGoldenTest {
  private static final String FILE = "geneval/rules.json";

  /** The file's own tolerance: both sides add the same few doubles in the same order. */
  private static final double TOLERANCE = 1e-12;

  /** What the reward server reports for tags other than the prompt's. */
  private static final double OTHER_TAG = -10;

  @TestFactory
  Stream<DynamicTest> everyCaseAgreesWithTheReference() {
    return Golden.cases(FILE).stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden)));
  }

  private static void check(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    JsonNode outputs = golden.outputs();
    if (golden.fn().equals("relative_position")) {
      double threshold = inputs.get("position_threshold").doubleValue();
      assertThat(box(inputs.get("box_a")).relationsTo(box(inputs.get("box_b")), threshold))
          .extracting(Relation::words)
          .containsExactlyElementsOf(GoldenValues.strings(outputs.get("relations")));
    } else if (golden.fn().equals("compute_iou")) {
      assertThat(box(inputs.get("box_a")).iou(box(inputs.get("box_b"))))
          .isCloseTo(outputs.get("iou").doubleValue(), within(TOLERANCE));
    } else if (golden.fn().startsWith("rules_")) {
      checkRules(inputs, outputs);
    } else {
      throw new AssertionError("Unknown function in the golden file: " + golden.fn());
    }
  }

  private static void checkRules(JsonNode inputs, JsonNode outputs) {
    JsonNode metadataNode = inputs.get("metadata");
    GenEvalMetadata metadata = GenEvalJson.parse(metadataNode.get("tag").textValue(), metadataNode);
    List<Detection> detections = detections(inputs.get("detections"));

    Verdict strict = GenEvalRules.strict(metadata, detections);
    assertThat(strict.correct()).isEqualTo(outputs.at("/geneval/correct").booleanValue());
    assertThat(strict.reason()).isEqualTo(outputs.at("/geneval/reason").textValue());

    RewardServerScore server = GenEvalRules.rewardServer(metadata, detections);
    assertThat(strict.correct()).isEqualTo(outputs.at("/server/correct").booleanValue());
    assertThat(server.strict().correct())
        .isEqualTo(outputs.at("/server/strict_correct").booleanValue());
    assertThat(server.score())
        .isCloseTo(outputs.at("/server/score").doubleValue(), within(TOLERANCE));
    assertThat(server.strict().reason()).isEqualTo(outputs.at("/server/reason").textValue());

    checkBatch(metadata.tag(), strict, server, outputs.get("compute_geneval"));
    assertThat(GenEvalRules.kept(metadata, detections)).isEqualTo(counts(outputs.get("kept")));
    assertThat(GenEvalRules.graded(metadata, detections)).isBetween(0.0, 1.0);
    assertThat(GenEvalRules.graded(metadata, detections) == 1).isEqualTo(strict.correct());
  }

  /** The reward server's answer to a batch of this one image. */
  private static void checkBatch(
      String tag, Verdict strict, RewardServerScore server, JsonNode batch) {
    double reward = strict.correct() ? 1 : 0;
    double strictReward = server.strict().correct() ? 1 : 0;
    assertThat(GoldenValues.doubles(batch.get("scores")))
        .containsExactly(new double[] {server.score()}, within(TOLERANCE));
    assertThat(GoldenValues.doubles(batch.get("rewards"))).containsExactly(reward);
    assertThat(GoldenValues.doubles(batch.get("strict_rewards"))).containsExactly(strictReward);
    checkGroups(tag, reward, batch.get("group_rewards"));
    checkGroups(tag, strictReward, batch.get("group_strict_rewards"));
  }

  private static void checkGroups(String tag, double reward, JsonNode groups) {
    groups
        .fields()
        .forEachRemaining(
            group ->
                assertThat(GoldenValues.doubles(group.getValue()))
                    .containsExactly(group.getKey().equals(tag) ? reward : OTHER_TAG));
  }

  private static List<Detection> detections(JsonNode byClass) {
    List<Detection> detections = new ArrayList<>();
    byClass
        .fields()
        .forEachRemaining(
            entry -> {
              for (JsonNode row : entry.getValue()) {
                double score = row.get(4).doubleValue();
                String color = row.get(5).textValue();
                detections.add(new Detection(entry.getKey(), box(row), score, color));
              }
            });
    return detections;
  }

  private static Box box(JsonNode row) {
    return new Box(
        row.get(0).doubleValue(),
        row.get(1).doubleValue(),
        row.get(2).doubleValue(),
        row.get(3).doubleValue());
  }

  private static Map<String, Integer> counts(JsonNode kept) {
    Map<String, Integer> counts = new TreeMap<>();
    kept.fields().forEachRemaining(e -> counts.put(e.getKey(), e.getValue().intValue()));
    return counts;
  }
}
