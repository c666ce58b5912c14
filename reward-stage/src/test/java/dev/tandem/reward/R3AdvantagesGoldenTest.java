package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * R3's advantages, through the query that a run uses: a round is a stage, the processes that share
 * a policy group are one group, the reward of the round before is a term of weight -1 and a scaler
 * the weight of the pairs.
 */
@Tag("golden")
class R3AdvantagesGoldenTest {
  /** Float64 on both sides; deviations go down to 5e-8, to which 1e-6 is added. */
  private static final double TOLERANCE = 1e-12;

  private static final double EPSILON = 1e-6;

  /** The one list of operations that is not offered: the sum of two advantages that are. */
  private static final String PREVIOUS_AFTER_MEAN = "subtract_mean,subtract_prev";

  private static final Map<String, Estimator> OPERATIONS =
      Map.of(
          "", Estimator.REWARD,
          "subtract_mean", Estimator.MEAN,
          "divide_std", Estimator.REWARD_OVER_STD,
          "subtract_mean,divide_std", Estimator.ZSCORE,
          "subtract_mean_global", Estimator.BATCH_MEAN,
          "subtract_mean_global,divide_std", Estimator.BATCH_MEAN_GROUP_STD);

  /** One batch and the settings with which it is computed. */
  private record Part(GoldenBatch batch, AdvantageSettings settings) {}

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    List<Golden.Case> cases = Golden.cases("r3/advantages.json");
    GoldenAdvantages advantages = new GoldenAdvantages();
    for (Golden.Case golden : cases) {
      for (int round = 0; round < rounds(golden); round++) {
        parts(golden, round).forEach(part -> part.batch().addTo(advantages, part.settings()));
      }
    }
    Map<String, List<Row>> rows = advantages.compute();
    return cases.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden, rows)));
  }

  private static void check(Golden.Case golden, Map<String, List<Row>> rows) {
    JsonNode advantages = golden.outputs().get("advantages");
    for (int round = 0; round < rounds(golden); round++) {
      double[] expected = column(advantages, round);
      List<Part> parts = parts(golden, round);
      if (parts.size() == 1) {
        parts.get(0).batch().check(rows, expected, TOLERANCE);
      } else {
        checkSum(parts, rows, expected);
      }
    }
    checkStatistics(golden, parts(golden, 0).get(0).batch().rows(rows));
  }

  private static void checkSum(List<Part> parts, Map<String, List<Row>> rows, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double sum = 0;
      for (Part part : parts) {
        Double advantage = part.batch().rows(rows).get(i).getAs("text_advantage");
        sum += advantage == null ? Double.NaN : advantage;
      }
      if (!Double.isNaN(expected[i])) {
        assertThat(Math.abs(sum - expected[i]))
            .as("advantage %d of %s", i, parts)
            .isLessThanOrEqualTo(TOLERANCE * (1 + Math.abs(expected[i])));
      }
    }
  }

  /** Mean and deviation of the first round, which the reference reports. */
  private static void checkStatistics(Golden.Case golden, List<Row> rows) {
    JsonNode outputs = golden.outputs();
    if (GroupRows.column(rows, "text_reward").contains(null) || rows.size() == 1) {
      return; // NaN there
    }
    if (golden.fn().equals("over_policy_groups")) {
      List<Row> firsts = firstsOfRanks(golden, rows);
      GoldenValues.assertClose(
          "mean", GroupRows.column(firsts, "group_mean"), outputs.get("mean"), TOLERANCE);
      GoldenValues.assertClose(
          "std", GroupRows.column(firsts, "group_std"), outputs.get("std"), TOLERANCE);
      return;
    }
    JsonNode stats = outputs.get("stats").isArray() ? outputs.at("/stats/0") : outputs.get("stats");
    GoldenValues.assertClose(
        "mean", mean(rows, "text_reward"), stats.at("/round_mean_rewards/round_0"), TOLERANCE);
    GoldenValues.assertClose(
        "std", mean(rows, "group_std"), stats.get("round_0_global_mean_std"), TOLERANCE);
  }

  private static List<Row> firstsOfRanks(Golden.Case golden, List<Row> rows) {
    List<Row> firsts = new ArrayList<>();
    int next = 0;
    for (JsonNode rank : golden.inputs().get("ranks")) {
      firsts.add(rows.get(next));
      next += rank.size();
    }
    return firsts;
  }

  /** Ranks have equally many members, so the mean over members is that over ranks. */
  private static double mean(List<Row> rows, String column) {
    return rows.stream().collect(Collectors.averagingDouble(row -> row.<Double>getAs(column)));
  }

  private static List<Part> parts(Golden.Case golden, int round) {
    String stage = "%s round %d".formatted(golden.id(), round);
    JsonNode inputs = golden.inputs();
    double[] rewards = column(inputs.get("ranks"), round);
    GoldenBatch batch = GoldenBatch.of(stage, groups(inputs), rewards);
    if (golden.fn().equals("over_policy_groups")) {
      return List.of(new Part(batch, settings(Estimator.ZSCORE, inputs.get("eps").doubleValue())));
    } else if (round == 0) {
      double scaler = inputs.get("first_scaler").doubleValue();
      return List.of(new Part(batch.weighing(scaler), settings(first(inputs), EPSILON)));
    }
    return later(batch, inputs, column(inputs.get("ranks"), round - 1));
  }

  private static List<Part> later(GoldenBatch raw, JsonNode inputs, double[] previous) {
    GoldenBatch batch = raw.weighing(inputs.get("later_scaler").doubleValue());
    String operations = inputs.get("later_operations").textValue();
    if (operations.equals(PREVIOUS_AFTER_MEAN)) {
      GoldenBatch rest =
          GoldenBatch.of(raw.stage() + " rest", raw.groups(), new double[previous.length])
              .subtracting(previous)
              .weighing(batch.weight());
      return List.of(
          new Part(batch, settings(Estimator.MEAN, EPSILON)),
          new Part(rest, settings(Estimator.REWARD, EPSILON)));
    }
    boolean improvement = operations.startsWith("subtract_prev");
    String rest = operations.replaceFirst("^subtract_prev,?", "");
    assertThat(OPERATIONS).as(operations).containsKey(rest);
    return List.of(
        new Part(
            improvement ? batch.subtracting(previous) : batch,
            settings(OPERATIONS.get(rest), EPSILON)));
  }

  private static Estimator first(JsonNode inputs) {
    boolean centered = inputs.get("first_subtract_mean").booleanValue();
    if (inputs.get("first_divide_std").booleanValue()) {
      return centered ? Estimator.ZSCORE : Estimator.REWARD_OVER_STD;
    }
    return centered ? Estimator.MEAN : Estimator.REWARD;
  }

  /** A group of one has its own reward as mean there: 0 where the mean is subtracted. */
  private static AdvantageSettings settings(Estimator estimator, double epsilon) {
    SettingsBuilder settings = SettingsBuilder.of(estimator).epsilon(epsilon);
    return estimator == Estimator.MEAN || estimator == Estimator.ZSCORE
        ? settings.build()
        : settings.byFormula().build();
  }

  private static List<String> groups(JsonNode inputs) {
    List<String> groups = new ArrayList<>();
    JsonNode policyGroups = inputs.get("policy_group");
    for (int rank = 0; rank < inputs.get("ranks").size(); rank++) {
      String group = policyGroups.isNull() ? "rank " + rank : policyGroups.get(rank).toString();
      for (int i = 0; i < inputs.get("ranks").get(rank).size(); i++) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static int rounds(Golden.Case golden) {
    JsonNode member = golden.inputs().at("/ranks/0/0");
    return member.isArray() ? member.size() : 1;
  }

  /** One round's values over all ranks; the values of a single round may stand without a list. */
  private static double[] column(JsonNode ranks, int round) {
    List<Double> values = new ArrayList<>();
    for (JsonNode rank : ranks) {
      for (JsonNode member : rank) {
        values.add(GoldenValues.number(member.isArray() ? member.get(round) : member));
      }
    }
    return values.stream().mapToDouble(value -> value).toArray();
  }
}
