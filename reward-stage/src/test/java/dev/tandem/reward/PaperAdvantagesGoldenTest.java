package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The advantages of PairUni and UniGRPO, through the query that a run uses. */
@Tag("golden")
class PaperAdvantagesGoldenTest {
  /** Float64 on both sides; the order of the sums differs, and deviations go down to 1e-2. */
  private static final double TOLERANCE = 1e-9;

  private static final List<Term> REWARD = List.of(new Term("reward", 1));

  @TestFactory
  Stream<DynamicTest> agreesWithThePapers() {
    List<Golden.Case> pairs = Golden.cases("papers/pairuni.json", "pair_grpo");
    List<Golden.Case> joint = Golden.cases("papers/unigrpo.json", "unigrpo");
    GoldenAdvantages advantages = new GoldenAdvantages();
    pairs.forEach(golden -> addPair(golden, advantages));
    joint.forEach(golden -> addJoint(golden, advantages));
    Map<String, List<Row>> batches = advantages.compute();
    return Stream.concat(
        pairs.stream()
            .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> checkPair(golden, batches))),
        joint.stream()
            .map(
                golden -> DynamicTest.dynamicTest(golden.id(), () -> checkJoint(golden, batches))));
  }

  private static void addPair(Golden.Case golden, GoldenAdvantages advantages) {
    JsonNode inputs = golden.inputs();
    double weight = golden.outputs().get("weight").doubleValue();
    AdvantageSettings settings = settings(inputs);
    GroupRows rows = advantages.add(golden.id() + " und", StageRewards.ofText(REWARD), settings);
    advantages.add(golden.id() + " gen", StageRewards.joint(REWARD), settings);
    rows.pair(golden.id(), weight)
        .group(golden.id(), golden.id() + " und", "reward", numbers(inputs.at("/und/rewards")))
        .group(golden.id(), golden.id() + " gen", "reward", numbers(inputs.at("/gen/rewards")));
  }

  private static void addJoint(Golden.Case golden, GoldenAdvantages advantages) {
    Double[] rewards =
        StreamSupport.stream(golden.inputs().get("group").spliterator(), false)
            .map(member -> GoldenValues.number(member.get("reward")))
            .toArray(Double[]::new);
    advantages
        .add(golden.id(), StageRewards.joint(REWARD), settings(golden.inputs()))
        .pair(golden.id(), 1.0)
        .group(golden.id(), golden.id(), "reward", rewards);
  }

  private static void checkPair(Golden.Case golden, Map<String, List<Row>> batches) {
    List<Row> und = batches.get(golden.id() + " und");
    List<Row> gen = batches.get(golden.id() + " gen");
    JsonNode outputs = golden.outputs();
    assertAdvantages(und, "text_advantage", outputs.at("/und/advantages"));
    assertAdvantages(gen, "text_advantage", outputs.at("/gen/advantages"));
    assertAdvantages(gen, "image_advantage", outputs.at("/gen/advantages"));
    assertThat(GroupRows.column(und, "image_advantage")).containsOnlyNulls();
  }

  private static void checkJoint(Golden.Case golden, Map<String, List<Row>> batches) {
    List<Row> rows = batches.get(golden.id());
    JsonNode expected = golden.outputs().get("advantages");
    if (GroupRows.column(rows, "text_reward").contains(null)) {
      assertOnlyFailedMembersAreLost(rows);
    } else {
      assertAdvantages(rows, "text_advantage", expected);
      assertAdvantages(rows, "image_advantage", expected);
    }
  }

  /** The reference lets one NaN spoil the group; here it is a failure and costs one trajectory. */
  private static void assertOnlyFailedMembersAreLost(List<Row> rows) {
    for (Row row : rows) {
      Object advantage = row.getAs("text_advantage");
      assertThat(advantage == null).isEqualTo(row.getAs("text_reward") == null);
    }
  }

  private static AdvantageSettings settings(JsonNode inputs) {
    return SettingsBuilder.of(Estimator.ZSCORE)
        .epsilon(inputs.get("adv_eps").doubleValue())
        .deviation(inputs.get("adv_ddof").intValue() == 1 ? Deviation.SAMPLE : Deviation.POPULATION)
        .build();
  }

  private static Double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(GoldenValues::number)
        .toArray(Double[]::new);
  }

  private static void assertAdvantages(List<Row> rows, String column, JsonNode expected) {
    GoldenValues.assertClose(column, GroupRows.column(rows, column), expected, TOLERANCE);
  }
}
