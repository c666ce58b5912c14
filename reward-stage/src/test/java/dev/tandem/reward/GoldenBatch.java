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
   * it has no advantage, and the others have what they would have without it. Where nothing failed,
   * a reference's NaN stands for the deviation of a single value.
   */
  void check(Map<String, List<Row>> batches, double[] expected, double tolerance) {
    List<Row> rows = rows(batches, stage);
    assertThat(rows).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      Double advantage = rows.get(i).getAs("text_advantage");
      String what = "advantage %d of %s".formatted(i, stage);
      if (failed(i)) {
        assertThat(advantage).as(what).isNull();
        assertThat(rows.get(i).<String>getAs("drop_reason")).isEqualTo("reward_failed");
        assertThat(expected[i]).as(what).isNaN();
      } else {
        assertThat(advantage).as(what).isNotNull().isFinite();
        if (!Double.isNaN(expected[i])) {
          double allowed = tolerance * (1 + Math.abs(expected[i]));
          assertThat(Math.abs(advantage - expected[i]))
              .as("%s: found %s, expected %s", what, advantage, expected[i])
              .isLessThanOrEqualTo(allowed);
        } else {
          assertThat(anyFailed() || rows.size() == 1).as(what + " is undefined").isTrue();
        }
      }
    }
    if (anyFailed()) {
      checkWithoutFailed(rows, rows(batches, withoutFailed()));
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

  private int[] scored() {
    return IntStream.range(0, rewards.length).filter(i -> !failed(i)).toArray();
  }

  private boolean failed(int i) {
    return Double.isNaN(rewards[i]) || Double.isNaN(subtracted[i]);
  }
}
