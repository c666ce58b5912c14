package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * A batch of rewards from a golden case, as the rollouts of a stage of its own. A reward that is
 * not a number has failed: then the batch is computed a second time without the failed members.
 *
 * @param stage the name of the stage
 * @param groups of each member
 * @param rewards of each member
 * @param subtracted a second reward of each member, with weight -1
 * @param lengths of each member, in tokens
 * @param weight of all pairs
 */
record GoldenBatch(
    String stage,
    List<String> groups,
    double[] rewards,
    double[] subtracted,
    int[] lengths,
    double weight) {
  /** Equal rewards are exactly 0 here; there the rounding of their mean is divided by epsilon. */
  private static final double ZERO_VARIANCE = 1e-6;

  private static final StageRewards DIFFERENCE =
      StageRewards.ofText(List.of(new Term("reward", 1), new Term("subtracted", -1)));

  static GoldenBatch of(String stage, List<String> groups, double[] rewards) {
    int[] ones = new int[rewards.length];
    Arrays.fill(ones, 1);
    return new GoldenBatch(stage, groups, rewards, new double[rewards.length], ones, 1);
  }

  GoldenBatch subtracting(double[] values) {
    return new GoldenBatch(stage, groups, rewards, values, lengths, weight);
  }

  GoldenBatch withLengths(int[] values) {
    return new GoldenBatch(stage, groups, rewards, subtracted, values, weight);
  }

  GoldenBatch weighing(double value) {
    return new GoldenBatch(stage, groups, rewards, subtracted, lengths, value);
  }

  /** Adds the rollouts and rewards. */
  void addTo(GoldenAdvantages advantages, AdvantageSettings settings) {
    add(stage, advantages, settings, IntStream.range(0, rewards.length).toArray());
    if (anyFailed()) {
      add(withoutFailed(), advantages, settings, scored());
    }
  }

  /**
   * Checks the text advantages. The references let a failed reward spoil its group or batch; here
   * it has no advantage, and the others have what they would have without it. All NaN of a
   * reference, also the deviation of a single value, is a number here.
   */
  void check(Map<String, List<Row>> batches, double[] expected, double tolerance) {
    checkDefined(batches);
    List<Row> rows = rows(batches);
    assertThat(rows).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      Double advantage = rows.get(i).getAs("text_advantage");
      String what = "advantage %d of %s".formatted(i, stage);
      if (advantage == null) {
        assertThat(expected[i]).as(what).isNaN();
      } else if (!Double.isNaN(expected[i])) {
        double allowed = tolerance * (1 + Math.abs(expected[i]));
        assertThat(Math.abs(advantage - expected[i]))
            .as("%s: found %s, expected %s", what, advantage, expected[i])
            .isLessThanOrEqualTo(
                advantage == 0 && equalRewards(i) ? Math.max(allowed, ZERO_VARIANCE) : allowed);
      }
    }
    if (anyFailed()) {
      checkWithoutFailed(rows, rows(batches, withoutFailed()));
    }
  }

  /** Checks that all members have a finite advantage, except those whose reward failed. */
  void checkDefined(Map<String, List<Row>> batches) {
    List<Row> rows = rows(batches);
    assertThat(rows).hasSize(rewards.length);
    for (int i = 0; i < rewards.length; i++) {
      Double advantage = rows.get(i).getAs("text_advantage");
      if (failed(i)) {
        assertThat(advantage).as(stage).isNull();
        assertThat(rows.get(i).<String>getAs("drop_reason")).isEqualTo("reward_failed");
      } else {
        assertThat(advantage).as(stage).isNotNull().isFinite();
      }
    }
  }

  /** The rows of table batches in the order of the members. */
  List<Row> rows(Map<String, List<Row>> batches) {
    return rows(batches, stage);
  }

  private void checkWithoutFailed(List<Row> rows, List<Row> others) {
    int[] scored = scored();
    for (int i = 0; i < scored.length; i++) {
      assertThat(rows.get(scored[i]).<Double>getAs("text_advantage"))
          .as("advantage %d of %s, with and without failed members", scored[i], stage)
          .isEqualTo(others.get(i).<Double>getAs("text_advantage"));
    }
  }

  private void add(
      String name, GoldenAdvantages advantages, AdvantageSettings settings, int[] members) {
    GroupRows rows = advantages.add(name, DIFFERENCE, settings);
    List<String> keys = List.copyOf(new TreeSet<>(groups));
    keys.forEach(key -> rows.pair(pair(name, keys, key), weight));
    for (int i : members) {
      String pair = pair(name, keys, groups.get(i));
      rows.member(pair, name, i, lengths[i]);
      rows.reward(pair, name, i, "reward", rewards[i]);
      rows.reward(pair, name, i, "subtracted", subtracted[i]);
    }
  }

  private static String pair(String stage, List<String> keys, String key) {
    return "%s pair %06d".formatted(stage, keys.indexOf(key));
  }

  private static List<Row> rows(Map<String, List<Row>> batches, String stage) {
    return batches.getOrDefault(stage, List.of()).stream()
        .sorted(Comparator.comparing(row -> row.<Integer>getAs("sample_index")))
        .toList();
  }

  private String withoutFailed() {
    return stage + " without failed";
  }

  private boolean anyFailed() {
    return scored().length < rewards.length;
  }

  private boolean equalRewards(int i) {
    return IntStream.of(scored())
            .filter(k -> groups.get(k).equals(groups.get(i)))
            .mapToDouble(k -> rewards[k] - subtracted[k])
            .distinct()
            .count()
        == 1;
  }

  private int[] scored() {
    return IntStream.range(0, rewards.length).filter(i -> !failed(i)).toArray();
  }

  private boolean failed(int i) {
    return Double.isNaN(rewards[i]) || Double.isNaN(subtracted[i]);
  }
}
