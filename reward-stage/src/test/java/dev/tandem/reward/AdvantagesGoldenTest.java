package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.AdvantageSettings.Estimator;
import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The published advantages, through the tables and the query that a run uses. */
@Tag("golden")
class AdvantagesGoldenTest {
  /** Float64 on both sides; the order of the sums differs. */
  private static final double TOLERANCE = 1e-10;

  /** UniGRPO's vectors divide by standard deviations down to 1e-2. */
  private static final double UNIGRPO_TOLERANCE = 1e-9;

  private static final String STAGE = "understand";

  @TestFactory
  Stream<DynamicTest> agreesWithTrl() {
    return Golden.tests("trl/advantages.json", "advantages", AdvantagesGoldenTest::checkTrl);
  }

  @TestFactory
  Stream<DynamicTest> agreesWithPairGrpo() {
    return Golden.tests("papers/pairuni.json", "pair_grpo", AdvantagesGoldenTest::checkPair);
  }

  @TestFactory
  Stream<DynamicTest> agreesWithUniGrpo() {
    return Golden.tests("papers/unigrpo.json", "unigrpo", AdvantagesGoldenTest::checkUniGrpo);
  }

  private static void checkTrl(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    double[][] rewards = GoldenValues.matrix(inputs.get("rewards_per_func"));
    double[] weights = GoldenValues.doubles(inputs.get("reward_weights"));
    int groupSize = inputs.get("num_generations").intValue();
    List<RewardPlan.Term> terms = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      terms.add(new RewardPlan.Term("function" + k, weights[k]));
    }
    GroupRows rows = new GroupRows();
    for (int i = 0; i < rewards.length; i++) {
      String pair = "pair%06d".formatted(i / groupSize);
      if (i % groupSize == 0) {
        rows.pair(pair, 1.0);
      }
      rows.member(pair, STAGE, i % groupSize);
      for (int k = 0; k < weights.length; k++) {
        rows.reward(pair, STAGE, i % groupSize, "function" + k, rewards[i][k]);
      }
    }
    AdvantageSettings settings =
        new AdvantageSettings(
            trlEstimator(inputs), 1e-4, Deviation.SAMPLE, PartialFailure.SUM_THE_REST, true);
    RewardPlan plan = GroupRows.textPlan(STAGE, terms.toArray(RewardPlan.Term[]::new));
    List<Row> batches = rows.batches(plan, settings);

    assertThat(batches).hasSize(rewards.length);
    for (int i = 0; i < rewards.length; i++) {
      checkTrlRow(golden, batches.get(i), i);
    }
  }

  private static Estimator trlEstimator(JsonNode inputs) {
    if (inputs.get("aggregation").textValue().equals("normalize_then_sum")) {
      return Estimator.DECOUPLED;
    }
    return switch (inputs.get("scale_rewards").textValue()) {
      case "group" -> Estimator.ZSCORE;
      case "batch" -> Estimator.BATCH_STD;
      case "none" -> Estimator.MEAN;
      default -> throw new AssertionError("Unknown scaling in " + inputs);
    };
  }

  /** TRL gives an unscorable completion advantage 0; here it has none and is dropped. */
  private static void checkTrlRow(Golden.Case golden, Row row, int i) {
    JsonNode outputs = golden.outputs();
    double reward = GoldenValues.number(outputs.get("rewards").get(i));
    JsonNode advantage = outputs.get("advantages").get(i);
    if (Double.isNaN(reward)) {
      assertThat(row.<Object>getAs("text_reward")).isNull();
      assertThat(row.<Object>getAs("text_advantage")).isNull();
      assertThat(row.<String>getAs("drop_reason")).isEqualTo("reward_failed");
      assertThat(GoldenValues.number(advantage)).isZero();
    } else {
      GoldenValues.assertClose(
          "reward", row.getAs("text_reward"), outputs.get("rewards").get(i), TOLERANCE);
      GoldenValues.assertClose("advantage", row.getAs("text_advantage"), advantage, TOLERANCE);
    }
    boolean groupStatistics =
        golden.inputs().get("aggregation").textValue().equals("sum_then_normalize")
            && !golden.inputs().get("scale_rewards").textValue().equals("batch");
    if (groupStatistics && !Double.isNaN(reward)) {
      boolean kept = row.getAs("kept");
      assertThat(!kept).as("degenerate").isEqualTo(outputs.get("is_std_zero").get(i).asBoolean());
    }
  }

  private static void checkPair(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    GroupRows rows = new GroupRows().pair("pair", golden.outputs().get("weight").doubleValue());
    addGroup(rows, "understand", GoldenValues.doubles(inputs.at("/und/rewards")));
    addGroup(rows, "reason", GoldenValues.doubles(inputs.at("/gen/rewards")));
    RewardPlan plan =
        RewardPlan.of(
            Map.of(
                "understand",
                RewardPlan.StageRewards.ofText(List.of(new RewardPlan.Term("r", 1))),
                "reason",
                RewardPlan.StageRewards.joint(List.of(new RewardPlan.Term("r", 1)))));
    List<Row> batches = rows.batches(plan, zScore(inputs));

    List<Row> reason = batches.stream().filter(row -> row.getAs("stage").equals("reason")).toList();
    List<Row> understand =
        batches.stream().filter(row -> row.getAs("stage").equals("understand")).toList();
    assertAdvantages(understand, "text_advantage", golden.outputs().at("/und/advantages"));
    assertAdvantages(reason, "text_advantage", golden.outputs().at("/gen/advantages"));
    assertAdvantages(reason, "image_advantage", golden.outputs().at("/gen/advantages"));
    assertThat(GroupRows.column(understand, "image_advantage")).containsOnlyNulls();
  }

  private static void checkUniGrpo(Golden.Case golden) {
    JsonNode group = golden.inputs().get("group");
    double[] rewards = new double[group.size()];
    for (int i = 0; i < rewards.length; i++) {
      rewards[i] = GoldenValues.number(group.get(i).get("reward"));
    }
    GroupRows rows = new GroupRows().pair("pair", 1.0);
    addGroup(rows, "reason", rewards);
    RewardPlan plan =
        RewardPlan.of(
            Map.of("reason", RewardPlan.StageRewards.joint(List.of(new RewardPlan.Term("r", 1)))));
    List<Row> batches = rows.batches(plan, zScore(golden.inputs()));
    if (Arrays.stream(rewards).anyMatch(Double::isNaN)) {
      assertFailedMembersOnlyAreLost(batches, rewards);
      return;
    }
    JsonNode expected = golden.outputs().get("advantages");
    assertThat(batches).hasSize(rewards.length);
    for (int i = 0; i < rewards.length; i++) {
      Row row = batches.get(i);
      GoldenValues.assertClose(
          "text", row.getAs("text_advantage"), expected.get(i), UNIGRPO_TOLERANCE);
      GoldenValues.assertClose(
          "image", row.getAs("image_advantage"), expected.get(i), UNIGRPO_TOLERANCE);
    }
  }

  /** The reference lets one NaN spoil the group; here it is a failure and costs one trajectory. */
  private static void assertFailedMembersOnlyAreLost(List<Row> batches, double[] rewards) {
    for (int i = 0; i < rewards.length; i++) {
      Object advantage = batches.get(i).getAs("text_advantage");
      if (Double.isNaN(rewards[i])) {
        assertThat(advantage).isNull();
      } else {
        assertThat((Double) advantage).isFinite();
      }
    }
  }

  private static AdvantageSettings zScore(JsonNode inputs) {
    Deviation deviation =
        inputs.get("adv_ddof").intValue() == 1 ? Deviation.SAMPLE : Deviation.POPULATION;
    return new AdvantageSettings(
        Estimator.ZSCORE,
        inputs.get("adv_eps").doubleValue(),
        deviation,
        PartialFailure.EXCLUDE,
        false);
  }

  private static void addGroup(GroupRows rows, String stage, double[] rewards) {
    for (int i = 0; i < rewards.length; i++) {
      rows.member("pair", stage, i).reward("pair", stage, i, "r", rewards[i]);
    }
  }

  private static void assertAdvantages(List<Row> rows, String column, JsonNode expected) {
    GoldenValues.assertClose(column, GroupRows.column(rows, column), expected, TOLERANCE);
  }
}
