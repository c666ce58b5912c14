package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import dev.tandem.testing.TestSpark;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Flow-GRPO's tracker of prompts, through the queries that a run uses. */
@Tag("golden")
class FlowGrpoAdvantagesGoldenTest {
  /** Float64 on both sides; groups are small. */
  private static final double TOLERANCE = 1e-12;

  private static final double EPSILON = 1e-4;

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    List<Golden.Case> cases = Golden.cases("flow_grpo/stat_tracker.json");
    GoldenAdvantages advantages = new GoldenAdvantages();
    for (Golden.Case golden : cases) {
      batches(golden).forEach(batch -> batch.addTo(advantages, settings(golden)));
    }
    Map<String, List<Row>> rows = advantages.compute();
    return cases.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden, rows)));
  }

  /** The tracker is cleared between updates; timesteps are told apart. Each is a batch here. */
  private static List<GoldenBatch> batches(Golden.Case golden) {
    List<String> prompts = GoldenValues.strings(golden.inputs().get("prompts"));
    double[][] rewards = columns(golden);
    return IntStream.range(0, rewards.length)
        .mapToObj(i -> GoldenBatch.of("%s batch %d".formatted(golden.id(), i), prompts, rewards[i]))
        .toList();
  }

  private static double[][] columns(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    return switch (golden.fn()) {
      case "update_grpo" -> GoldenValues.matrix(inputs.get("updates"));
      case "update_two_dim" -> transposed(GoldenValues.matrix(inputs.get("rewards")));
      default -> new double[][] {GoldenValues.doubles(inputs.get("rewards"))};
    };
  }

  private static double[][] expected(Golden.Case golden) {
    JsonNode advantages = golden.outputs().get("advantages");
    return switch (golden.fn()) {
      case "update_grpo" -> GoldenValues.matrix(advantages);
      case "update_two_dim" -> transposed(GoldenValues.matrix(advantages));
      default -> new double[][] {GoldenValues.doubles(advantages)};
    };
  }

  private static AdvantageSettings settings(Golden.Case golden) {
    SettingsBuilder settings =
        switch (golden.fn()) {
          case "update_rwr" -> SettingsBuilder.of(Estimator.REWARD).byFormula();
          case "update_sft" -> SettingsBuilder.of(Estimator.BEST).byFormula();
          case "update_dpo" -> SettingsBuilder.of(Estimator.BEST_WORST).byFormula();
          case "update_grpo", "update_two_dim" ->
              SettingsBuilder.of(
                  golden.inputs().get("global_std").booleanValue()
                      ? Estimator.BATCH_STD
                      : Estimator.ZSCORE);
          case "zero_std_ratio" -> SettingsBuilder.of(Estimator.ZSCORE);
          default -> throw new AssertionError("Unknown function in " + golden);
        };
    return settings.epsilon(EPSILON).deviation(Deviation.POPULATION).build();
  }

  private static void check(Golden.Case golden, Map<String, List<Row>> rows) {
    List<GoldenBatch> batches = batches(golden);
    if (golden.outputs().has("error")) {
      batches.forEach(batch -> batch.checkDefined(rows)); // such as the best of one there
      return;
    }
    if (golden.fn().equals("zero_std_ratio")) {
      checkSummary(golden, batches.get(0), rows);
      return;
    }
    double[][] expected = expected(golden);
    for (int i = 0; i < expected.length; i++) {
      batches.get(i).check(rows, expected[i], TOLERANCE);
    }
    if (golden.fn().equals("update_grpo")) {
      checkGroups(golden.outputs(), batches.get(0).rows(rows));
    }
  }

  private static void checkGroups(JsonNode outputs, List<Row> rows) {
    long prompts = rows.stream().map(row -> row.<String>getAs("group_id")).distinct().count();
    GoldenValues.assertClose("prompts", prompts, outputs.get("prompts_seen"), TOLERANCE);
    GoldenValues.assertClose(
        "group size", rows.size() / (double) prompts, outputs.get("avg_group_size"), TOLERANCE);
  }

  private static void checkSummary(
      Golden.Case golden, GoldenBatch batch, Map<String, List<Row>> rows) {
    List<Row> members = batch.rows(rows);
    SortedMap<String, Double> metrics =
        GroupSummary.of(TestSpark.session().createDataFrame(members, members.get(0).schema()))
            .metrics();
    String name = "group/" + batch.stage() + "/";
    JsonNode outputs = golden.outputs();
    assertThat(metrics).containsKeys(name + "zero_std_share", name + "std");
    GoldenValues.assertClose(
        "zero", metrics.get(name + "zero_std_share"), outputs.get("zero_std_ratio"), TOLERANCE);
    GoldenValues.assertClose("std", metrics.get(name + "std"), outputs.get("mean_std"), TOLERANCE);
  }

  private static double[][] transposed(double[][] rows) {
    return IntStream.range(0, rows[0].length)
        .mapToObj(k -> Arrays.stream(rows).mapToDouble(row -> row[k]).toArray())
        .toArray(double[][]::new);
  }
}
