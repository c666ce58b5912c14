package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What holds for every estimator, on random groups with ties and failures. */
class AdvantageProperties {
  /** A query costs the same for one group and for many, so a try has many instead. */
  private static final int TRIES = 1;

  private static final int GROUPS = 40;

  /** Sums of some ten numbers of up to 5 in float64, divided by at least 1e-4. */
  private static final double ROUNDING = 1e-9;

  /** The ballast of 1e-8 tokens that verl's whitening adds to at least one. */
  private static final double WHITENING = 1e-4;

  private static final StageRewards REWARD = StageRewards.ofText(List.of(new Term("reward", 1)));
  private static final RewardPlan PLAN =
      RewardPlan.of(Map.of("plain", REWARD, "permuted", REWARD, "weighted", REWARD));

  /** A member: its place in the group, its reward (null: failed) and its length in tokens. */
  private record Sample(int place, @Nullable Double reward, int length) {}

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void holdForEveryEstimator(
      @ForAll("groups") List<List<@Nullable Double>> rewards, @ForAll long seed) {
    Random random = new Random(seed);
    List<List<Sample>> plain = rewards.stream().map(group -> samples(group, random)).toList();
    List<List<Sample>> permuted = plain.stream().map(group -> shuffled(group, random)).toList();
    double[] weights = plain.stream().mapToDouble(group -> random.nextDouble()).toArray();
    GroupRows rows = new GroupRows();
    for (int g = 0; g < plain.size(); g++) {
      add(rows, "plain", g, plain.get(g), 1);
      add(rows, "permuted", g, permuted.get(g), 1);
      add(rows, "weighted", g, plain.get(g), weights[g]);
    }
    for (Estimator estimator : Estimator.values()) {
      AdvantageSettings settings = SettingsBuilder.of(estimator).build();
      List<Row> batches = sorted(rows, settings, 1);
      assertThat(sorted(rows, settings, 5))
          .as("%s in five partitions", estimator)
          .isEqualTo(batches);
      Map<String, Row> byRollout = new HashMap<>();
      batches.forEach(row -> byRollout.put(row.getAs("rollout_id"), row));
      for (int g = 0; g < plain.size(); g++) {
        double[] advantages = advantages(byRollout, "plain", g, plain.get(g));
        checkFailures(byRollout, g, plain.get(g));
        checkWeight(advantages, advantages(byRollout, "weighted", g, plain.get(g)), weights[g]);
        checkPermutation(
            estimator,
            advantages,
            advantages(byRollout, "permuted", g, permuted.get(g)),
            permuted.get(g));
        checkNothingToTell(estimator, plain.get(g), advantages);
        checkGroupSum(estimator, plain.get(g), advantages);
      }
      checkBatchSum(estimator, plain, byRollout);
    }
  }

  @Provide
  Arbitrary<List<List<@Nullable Double>>> groups() {
    Arbitrary<Double> ties = Arbitraries.of(0.0, 0.5, 1.0);
    Arbitrary<Double> any = Arbitraries.doubles().between(-5, 5);
    Arbitrary<@Nullable Double> reward = Arbitraries.oneOf(ties, any).injectNull(0.1);
    Arbitrary<List<@Nullable Double>> mixed = reward.list().ofMinSize(1).ofMaxSize(7);
    Arbitrary<List<@Nullable Double>> equal =
        any.flatMap(value -> Arbitraries.just(value).list().ofMinSize(1).ofMaxSize(5));
    return Arbitraries.frequencyOf(Tuple.of(4, mixed), Tuple.of(1, equal)).list().ofSize(GROUPS);
  }

  private static void checkFailures(Map<String, Row> rows, int group, List<Sample> samples) {
    for (Sample sample : samples) {
      Row row = row(rows, "plain", group, sample.place());
      assertThat(row.<Object>getAs("text_advantage") == null).isEqualTo(sample.reward() == null);
      if (sample.reward() == null) {
        assertThat(row.<String>getAs("drop_reason")).isEqualTo("reward_failed");
      }
    }
  }

  private static void checkWeight(double[] plain, double[] weighted, double weight) {
    for (int i = 0; i < plain.length; i++) {
      assertThat(weighted[i]).isEqualTo(plain[i] * weight);
    }
  }

  private static void checkPermutation(
      Estimator estimator, double[] plain, double[] permuted, List<Sample> order) {
    if (estimator == Estimator.BEST_WORST) {
      // Which of several best members is the first depends on their order.
      assertThat(permuted).containsExactlyInAnyOrder(plain);
      return;
    }
    for (int i = 0; i < permuted.length; i++) {
      double expected = plain[order.get(i).place()];
      assertThat(permuted[i])
          .as("%s of member %d", estimator, i)
          .isCloseTo(expected, within(ROUNDING * (1 + Math.abs(expected))));
    }
  }

  private static void checkNothingToTell(
      Estimator estimator, List<Sample> samples, double[] advantages) {
    long different =
        samples.stream().map(Sample::reward).filter(Objects::nonNull).distinct().count();
    if (different <= 1 && estimator.scope() == Estimator.Scope.GROUP) {
      assertThat(advantages).as(estimator.name()).containsOnly(0);
    }
  }

  private static void checkGroupSum(
      Estimator estimator, List<Sample> samples, double[] advantages) {
    switch (estimator) {
      case ZSCORE, MEAN, RLOO, BATCH_STD, GPG, DECOUPLED, BEST_WORST ->
          assertSumsToZero(
              estimator, samples.stream().map(sample -> 1).toList(), advantages, ROUNDING);
      case OPO -> {
        if (samples.stream().anyMatch(sample -> sample.length() > 0)) {
          assertSumsToZero(
              estimator, samples.stream().map(Sample::length).toList(), advantages, ROUNDING);
        }
      }
      default -> {
        // Not centred on the group.
      }
    }
  }

  private static void checkBatchSum(
      Estimator estimator, List<List<Sample>> groups, Map<String, Row> rows) {
    boolean whitened = estimator == Estimator.REINFORCE_PP;
    if (!whitened && estimator.scope() == Estimator.Scope.GROUP) {
      return;
    }
    List<Integer> weights = new ArrayList<>();
    List<Double> advantages = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      for (Sample sample : groups.get(g)) {
        weights.add(whitened ? sample.length() : 1);
      }
      for (double advantage : advantages(rows, "plain", g, groups.get(g))) {
        advantages.add(advantage);
      }
    }
    assertSumsToZero(
        estimator,
        weights,
        advantages.stream().mapToDouble(value -> value).toArray(),
        whitened ? WHITENING : ROUNDING);
  }

  private static void assertSumsToZero(
      Estimator estimator, List<Integer> weights, double[] advantages, double tolerance) {
    double sum = 0;
    double size = 1;
    for (int i = 0; i < advantages.length; i++) {
      sum += weights.get(i) * advantages[i];
      size += weights.get(i) * Math.abs(advantages[i]);
    }
    assertThat(sum).as(estimator.name()).isCloseTo(0, within(tolerance * size));
  }

  private static List<Sample> samples(List<@Nullable Double> rewards, Random random) {
    return IntStream.range(0, rewards.size())
        .mapToObj(i -> new Sample(i, rewards.get(i), random.nextInt(5)))
        .toList();
  }

  private static List<Sample> shuffled(List<Sample> samples, Random random) {
    List<Sample> shuffled = new ArrayList<>(samples);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private static void add(
      GroupRows rows, String stage, int group, List<Sample> samples, double weight) {
    String pair = pair(stage, group);
    rows.pair(pair, weight);
    for (int i = 0; i < samples.size(); i++) {
      rows.member(pair, stage, i, samples.get(i).length());
      rows.reward(pair, stage, i, "reward", samples.get(i).reward());
    }
  }

  /** The advantages of a group's members, 0 where the reward failed. */
  private static double[] advantages(
      Map<String, Row> rows, String stage, int group, List<Sample> samples) {
    return IntStream.range(0, samples.size())
        .mapToObj(i -> row(rows, stage, group, i).<Double>getAs("text_advantage"))
        .mapToDouble(advantage -> advantage == null ? 0 : advantage)
        .toArray();
  }

  private static Row row(Map<String, Row> rows, String stage, int group, int index) {
    String rollout = "%s-%s-%d".formatted(stage, pair(stage, group), index);
    return Objects.requireNonNull(rows.get(rollout), rollout);
  }

  private static String pair(String stage, int group) {
    return "%s pair %02d".formatted(stage, group);
  }

  private static List<Row> sorted(GroupRows rows, AdvantageSettings settings, int partitions) {
    return rows.compute(PLAN, settings, partitions).sort("rollout_id").collectAsList();
  }
}
