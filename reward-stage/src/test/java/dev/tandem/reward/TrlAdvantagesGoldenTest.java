package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** TRL's advantages, through the query that a run uses. */
@Tag("golden")
class TrlAdvantagesGoldenTest {
  private static final String FILE = "trl/advantages.json";

  /** Float64 on both sides; the order of the sums differs. */
  private static final double TOLERANCE = 1e-10;

  private static final double TRL_EPSILON = 1e-4;

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    Golden.requireKnown(FILE, "advantages");
    List<Golden.Case> cases = Golden.cases(FILE);
    GoldenAdvantages advantages = new GoldenAdvantages();
    cases.forEach(golden -> add(golden, advantages));
    Map<String, List<Row>> batches = advantages.compute();
    return cases.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden, batches)));
  }

  private static void add(Golden.Case golden, GoldenAdvantages advantages) {
    JsonNode inputs = golden.inputs();
    double[][] rewards = GoldenValues.matrix(inputs.get("rewards_per_func"));
    int groupSize = inputs.get("num_generations").intValue();
    String stage = golden.id();
    GroupRows rows = advantages.add(stage, weights(inputs), settings(inputs));
    for (int i = 0; i < rewards.length; i++) {
      String pair = "%s pair %06d".formatted(stage, i / groupSize);
      int index = i % groupSize;
      if (index == 0) {
        rows.pair(pair, 1.0);
      }
      rows.member(pair, stage, index);
      for (int k = 0; k < rewards[i].length; k++) {
        rows.reward(pair, stage, index, "function" + k, rewards[i][k]);
      }
    }
  }

  private static StageRewards weights(JsonNode inputs) {
    double[] weights = GoldenValues.doubles(inputs.get("reward_weights"));
    List<Term> terms = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      terms.add(new Term("function" + k, weights[k]));
    }
    return StageRewards.ofText(terms);
  }

  private static AdvantageSettings settings(JsonNode inputs) {
    return SettingsBuilder.of(estimator(inputs))
        .epsilon(TRL_EPSILON)
        .partialFailure(PartialFailure.SUM_THE_REST)
        .filtering()
        .build();
  }

  private static Estimator estimator(JsonNode inputs) {
    String aggregation = inputs.get("aggregation").textValue();
    if (aggregation.equals("normalize_then_sum")) {
      return Estimator.DECOUPLED;
    }
    assertThat(aggregation).isEqualTo("sum_then_normalize");
    return switch (inputs.get("scale_rewards").textValue()) {
      case "group" -> Estimator.ZSCORE;
      case "batch" -> Estimator.BATCH_STD;
      case "none" -> Estimator.MEAN;
      default -> throw new AssertionError("Unknown scaling in " + inputs);
    };
  }

  private static void check(Golden.Case golden, Map<String, List<Row>> batches) {
    List<Row> rows = batches.get(golden.id());
    JsonNode outputs = golden.outputs();
    assertThat(rows).hasSameSizeAs(outputs.get("advantages"));
    for (int i = 0; i < rows.size(); i++) {
      JsonNode reward = outputs.get("rewards").get(i);
      JsonNode advantage = outputs.get("advantages").get(i);
      if (Double.isNaN(GoldenValues.number(reward))) {
        checkUnscorable(rows.get(i), advantage);
      } else {
        GoldenValues.assertClose("reward", rows.get(i).getAs("text_reward"), reward, TOLERANCE);
        GoldenValues.assertClose(
            "advantage", rows.get(i).getAs("text_advantage"), advantage, TOLERANCE);
        checkDegenerate(golden, rows.get(i), outputs.get("is_std_zero").get(i).booleanValue());
      }
    }
  }

  /** TRL gives an unscorable completion advantage 0; here it has none and is dropped. */
  private static void checkUnscorable(Row row, JsonNode advantage) {
    assertThat(row.<Object>getAs("text_reward")).isNull();
    assertThat(row.<Object>getAs("text_advantage")).isNull();
    assertThat(row.<String>getAs("drop_reason")).isEqualTo("reward_failed");
    assertThat(GoldenValues.number(advantage)).isZero();
  }

  /** Where TRL looks at the group's deviation, zero means: dropped by the dynamic filter. */
  private static void checkDegenerate(Golden.Case golden, Row row, boolean zero) {
    Estimator estimator = estimator(golden.inputs());
    if (estimator == Estimator.ZSCORE || estimator == Estimator.MEAN) {
      assertThat(row.<Boolean>getAs("kept")).isEqualTo(!zero);
    }
  }
}
