package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
  /** Sums of at most eight numbers near 1 in float64, divided by at least 1e-2. */
  private static final double ROUNDING = 1e-12;

  private static final RewardPlan PLAN =
      RewardPlan.of(
          Map.of(
              "understand",
              StageRewards.ofText(List.of(new Term("accuracy", 1))),
              "reason",
              StageRewards.joint(List.of(new Term("graded", 0.75), new Term("strict", 0.25)))));

  private static final AdvantageSettings MEAN = SettingsBuilder.of(Estimator.MEAN).build();

  /**
   * Mean 0.5 and sample deviation sqrt((0.25 + 0.25 + 0) / 2) = 0.5, so the advantages are (0.5,
   * -0.5, 0) / (0.5 + 1e-4), times the weight 0.8.
   */
  @Test
  void normalisesWithinTheGroupThenWeighsByPair() {
    List<Row> rows =
        new GroupRows()
            .pair("p", 0.8)
            .group("p", "understand", "accuracy", 1.0, 0.0, 0.5)
            .batches(PLAN, AdvantageSettings.DEFAULT);

    double expected = 0.5 / (0.5 + 1e-4) * 0.8;
    assertClose(rows, "text_advantage", expected, -expected, 0.0);
    assertClose(rows, "group_mean", 0.5, 0.5, 0.5);
    assertClose(rows, "group_std", 0.5, 0.5, 0.5);
    assertThat(GroupRows.column(rows, "group_size")).containsOnly(3);
    assertThat(GroupRows.column(rows, "image_advantage")).containsOnlyNulls();
    assertThat(GroupRows.column(rows, "image_reward")).containsOnlyNulls();
    assertThat(GroupRows.column(rows, "kept")).containsOnly(true);
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactlyElementsOf(GroupRows.batchColumns());
  }

  /** Rewards 0.75 * graded + 0.25 * strict: 1, 0.375, 0; less their mean 0.458333. */
  @Test
  void oneTerminalRewardServesTextAndImage() {
    GroupRows group = new GroupRows().pair("p", 1);
    Double[] graded = {1.0, 0.5, 0.0};
    Double[] strict = {1.0, 0.0, 0.0};
    for (int i = 0; i < graded.length; i++) {
      group.member("p", "reason", i);
      group.reward("p", "reason", i, "graded", graded[i]);
      group.reward("p", "reason", i, "strict", strict[i]);
    }
    List<Row> rows = group.batches(PLAN, MEAN);

    assertClose(rows, "text_reward", 1.0, 0.375, 0.0);
    assertClose(rows, "text_advantage", 1 - 1.375 / 3, 0.375 - 1.375 / 3, -1.375 / 3);
    assertThat(GroupRows.column(rows, "image_advantage"))
        .isEqualTo(GroupRows.column(rows, "text_advantage"));
  }

  /** As on a cluster: rewards too many to be sent to every task, pairs few enough. */
  @Test
  void rolloutsAndRewardsAreShuffledOnceByGroup() {
    GroupRows group = new GroupRows().pair("p", 1).member("p", "reason", 0);
    group.reward("p", "reason", 0, "graded", 1.0).reward("p", "reason", 0, "strict", 1.0);

    String plan = group.planOfManyRewards(PLAN, AdvantageSettings.DEFAULT);

    assertThat(plan.lines().filter(line -> line.contains("Exchange hashpartitioning")))
        .as(plan)
        .hasSize(3) // rollouts, and rewards for each of the two that drawing has
        .allMatch(line -> line.contains("hashpartitioning(group_id"));
  }

  @Test
  void aFailedRewardLeavesTheStatisticsAndTheLoss() {
    List<Row> rows =
        new GroupRows()
            .pair("p", 1)
            .group("p", "understand", "accuracy", 1.0, null, 0.0, Double.NaN)
            .member("p", "understand", 4) // never scored
            .batches(PLAN, MEAN);

    assertClose(rows, "text_advantage", 0.5, null, -0.5, null, null);
    assertClose(rows, "text_reward", 1.0, null, 0.0, null, null);
    assertThat(GroupRows.column(rows, "drop_reason"))
        .containsExactly(null, "reward_failed", null, "reward_failed", "reward_failed");
    assertThat(GroupRows.column(rows, "kept")).containsExactly(true, false, true, false, false);
    assertThat(GroupRows.column(rows, "group_size")).containsOnly(2);
  }

  @Test
  void oneFailedRewardOfSeveralFailsTheTrajectoryUnlessTheRestIsSummed() {
    GroupRows group = new GroupRows().pair("p", 1);
    for (int i = 0; i < 3; i++) {
      group.member("p", "reason", i).reward("p", "reason", i, "graded", (double) i);
      group.reward("p", "reason", i, "strict", i == 2 ? null : 0.0);
    }
    AdvantageSettings lenient =
        SettingsBuilder.of(Estimator.MEAN).partialFailure(PartialFailure.SUM_THE_REST).build();

    assertClose(group.batches(PLAN, MEAN), "image_advantage", -0.375, 0.375, null);
    assertClose(group.batches(PLAN, lenient), "image_advantage", -0.75, 0.0, 0.75);
  }

  @Test
  void groupsWithoutASignalHaveAdvantageZero() {
    GroupRows groups =
        new GroupRows()
            .pair("alone", 1)
            .group("alone", "understand", "accuracy", 0.7, null)
            .pair("equal", 1)
            // Their mean is not exactly 0.1 in float64: a deviation computed from it is not zero.
            .group("equal", "understand", "accuracy", 0.1, 0.1, 0.1)
            .pair("failed", 1)
            .group("failed", "understand", "accuracy", null, null);
    AdvantageSettings filtering = SettingsBuilder.of(Estimator.ZSCORE).filtering().build();

    List<Row> kept = groups.batches(PLAN, AdvantageSettings.DEFAULT);
    assertClose(kept, "text_advantage", 0.0, null, 0.0, 0.0, 0.0, null, null);
    assertThat(GroupRows.column(kept, "drop_reason"))
        .containsExactly(
            "group_too_small", "reward_failed", null, null, null, "reward_failed", "reward_failed");
    assertThat(kept.get(0).<Object>getAs("group_std")).isNull();
    assertThat(kept.get(2).<Object>getAs("group_std")).isEqualTo(0.0);
    assertThat(kept.get(5).<Object>getAs("group_mean")).isNull();

    List<Row> filtered = groups.batches(PLAN, filtering);
    assertThat(GroupRows.column(filtered, "drop_reason").subList(2, 5))
        .containsOnly("degenerate_group");
    assertClose(filtered, "text_advantage", 0.0, null, 0.0, 0.0, 0.0, null, null);
  }

  /** Rewards 4, 1, 1: the others' means are 1, 2.5, 2.5; the population deviation is sqrt(2). */
  @Test
  void knowsTheOtherEstimators() {
    GroupRows group = new GroupRows().pair("p", 1).group("p", "understand", "accuracy", 4., 1., 1.);
    assertClose(
        group.batches(PLAN, SettingsBuilder.of(Estimator.RLOO).build()),
        "text_advantage",
        3.0,
        -1.5,
        -1.5);
    AdvantageSettings population =
        SettingsBuilder.of(Estimator.ZSCORE).epsilon(1e-8).deviation(Deviation.POPULATION).build();
    double scale = 1 / (Math.sqrt(2) + 1e-8);
    assertClose(group.batches(PLAN, population), "text_advantage", 2 * scale, -scale, -scale);
  }

  /** The sums in the order of the sample indexes, the bits of earlier versions. */
  @Test
  void theDefaultIsExactToTheLastBit() {
    double[] rewards = new Random(20261121).doubles(8).toArray();
    double weight = 0.7;
    double sum = 0;
    for (double reward : rewards) {
      sum += reward;
    }
    double mean = sum / rewards.length;
    double squares = 0;
    for (double reward : rewards) {
      squares += (reward - mean) * (reward - mean);
    }
    double std = Math.sqrt(squares / (rewards.length - 1));
    List<Row> rows =
        new GroupRows()
            .pair("p", weight)
            .group(
                "p",
                "understand",
                "accuracy",
                Arrays.stream(rewards).boxed().toArray(Double[]::new))
            .batches(PLAN, AdvantageSettings.DEFAULT);
    for (int i = 0; i < rewards.length; i++) {
      assertThat(rows.get(i).<Double>getAs("text_advantage"))
          .isEqualTo((rewards[i] - mean) / (std + 1e-4) * weight);
    }
  }

  /** Without one at each end the mean of 0, 1, 2, 9 is 1.5 and their squares sum to 0.5. */
  @Test
  void trimsClipsAndStabilisesAsConfigured() {
    GroupRows group =
        new GroupRows().pair("p", 0.5).group("p", "understand", "accuracy", 9., 0., 2., 1.);
    assertClose(
        group.batches(PLAN, SettingsBuilder.of(Estimator.MEAN).trim(0.25).build()),
        "text_advantage",
        3.75,
        -0.75,
        0.25,
        -0.25);
    double std = Math.sqrt(0.5 + 0.25);
    AdvantageSettings clipped =
        SettingsBuilder.of(Estimator.ZSCORE).trim(0.25).epsilonInside(0.25).clip(1).build();
    assertClose(group.batches(PLAN, clipped), "text_advantage", 0.5, -0.5, 0.25 / std, -0.25 / std);
    assertThat(GroupRows.column(group.batches(PLAN, clipped), "group_mean")).containsOnly(3.0);
  }

  @Test
  void aTrimmedGroupWithoutVarianceIsDegenerate() {
    GroupRows group =
        new GroupRows().pair("p", 1).group("p", "understand", "accuracy", 0., 0., 0., 1.);
    SettingsBuilder settings = SettingsBuilder.of(Estimator.ZSCORE).trim(0.25);
    assertClose(group.batches(PLAN, settings.build()), "text_advantage", 0.0, 0.0, 0.0, 0.0);
    assertClose(
        group.batches(PLAN, settings.byFormula().build()), "text_advantage", 0.0, 0.0, 0.0, 1e4);
    assertClose(
        group.batches(PLAN, SettingsBuilder.of(Estimator.MEAN).trim(0.25).build()),
        "text_advantage",
        0.0,
        0.0,
        0.0,
        1.0);
  }

  @Test
  void aGroupOfOneKeepsItsRewardWhereTheFormulaDecides() {
    GroupRows group =
        new GroupRows().pair("p", 0.5).group("p", "understand", "accuracy", null, 0.8);
    List<Row> rows = group.batches(PLAN, SettingsBuilder.of(Estimator.MEAN).byFormula().build());
    assertClose(rows, "text_advantage", null, 0.4);
    assertThat(GroupRows.column(rows, "drop_reason")).containsExactly("reward_failed", null);
  }

  /** Groups of one are compared with the batch: mean 1, sample deviation sqrt(2). */
  @Test
  void anEstimatorOverTheBatchNeedsNoGroups() {
    GroupRows groups =
        new GroupRows()
            .pair("a", 1)
            .group("a", "understand", "accuracy", 0.0)
            .pair("b", 1)
            .group("b", "understand", "accuracy", 2.0);
    List<Row> rows = groups.batches(PLAN, SettingsBuilder.of(Estimator.BATCH_ZSCORE).build());
    double expected = 1 / (Math.sqrt(2) + 1e-4);
    assertClose(rows, "text_advantage", -expected, expected);
    assertThat(GroupRows.column(rows, "kept")).containsOnly(true);

    GroupRows alone = new GroupRows().pair("a", 1).group("a", "understand", "accuracy", 0.3);
    List<Row> dropped = alone.batches(PLAN, SettingsBuilder.of(Estimator.BATCH_ZSCORE).build());
    assertClose(dropped, "text_advantage", 0.0);
    assertThat(GroupRows.column(dropped, "drop_reason")).containsOnly("group_too_small");
  }

  /** Lengths 1 and 3: the baseline is (1 * 4 + 3 * 0) / 4 = 1, for text and image alike. */
  @Test
  void weighsTheBaselineByLength() {
    GroupRows group = new GroupRows().pair("p", 1);
    int[] lengths = {1, 3};
    Double[] rewards = {4.0, 0.0};
    for (int i = 0; i < lengths.length; i++) {
      group.member("p", "reason", i, lengths[i]);
      group.reward("p", "reason", i, "graded", rewards[i]);
      group.reward("p", "reason", i, "strict", rewards[i]);
    }
    List<Row> rows = group.batches(PLAN, SettingsBuilder.of(Estimator.OPO).build());
    assertClose(rows, "text_advantage", 3.0, -1.0);
    assertClose(rows, "image_advantage", 3.0, -1.0);
  }

  @Test
  void refusesOptionsThatMeanNothing() {
    assertThatThrownBy(() -> SettingsBuilder.of(Estimator.ZSCORE).trim(0.5).build())
        .hasMessage("Invalid trim: 0.5 (must be in [0, 0.5))");
    assertThatThrownBy(() -> SettingsBuilder.of(Estimator.ZSCORE).clip(-1).build())
        .hasMessage("Invalid clip: -1.0 (must be at least 0; 0 for none)");
  }

  @Test
  void aRolloutWithoutItsPairOrPlanFailsTheQuery() {
    GroupRows unpaired = new GroupRows().group("gone", "understand", "accuracy", 1.0, 0.0);
    assertThatThrownBy(() -> unpaired.batches(PLAN, MEAN))
        .hasStackTraceContaining("No such pair: gone");
    GroupRows unplanned = new GroupRows().pair("p", 1).group("p", "generate", "accuracy", 1.0, 0.0);
    assertThatThrownBy(() -> unplanned.batches(PLAN, MEAN))
        .hasStackTraceContaining("No rewards planned for stage generate");
  }

  private static void assertClose(List<Row> rows, String column, @Nullable Double... expected) {
    List<@Nullable Object> actual = new ArrayList<>(GroupRows.column(rows, column));
    assertThat(actual).as(column).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] == null) {
        assertThat(actual.get(i)).as(column + " of member " + i).isNull();
      } else {
        assertThat((Double) actual.get(i))
            .as(column + " of member " + i)
            .isCloseTo(expected[i], within(ROUNDING));
      }
    }
  }
}
