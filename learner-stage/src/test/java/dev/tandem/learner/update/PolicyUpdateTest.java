package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.batch.FetchedGroup;
import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.objective.LatentKl;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.learner.testing.ToyPolicy;
import dev.tandem.learner.testing.ToyRollouts;
import dev.tandem.learner.update.Training.SavedState;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyUpdateTest {
  private static final RandomKey KEY = RandomKey.of(1);

  /** Stored values are float32, replayed ones float32 sums: their distance is rounding. */
  private static final double FLOAT32_ROUNDING = 1e-6;

  /** AdamW's early steps divide gradients by their own size: rounding reaches the weights. */
  private static final double STEP_ROUNDING = 1e-5;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "CURRENT", "REPLAY"})
  void firstRatioIsExactlyOneAndNothingIsClipped(Anchor anchor) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      Map<String, Double> metrics =
          update(LearnerConfigs.with(anchor, 1, 1, 2), policy, reference, mixedBatch(policy));

      assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
      assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
      assertThat(metrics).containsEntry("clip_share/text", 0.0);
      assertThat(metrics).containsEntry("clip_share/flow", 0.0);
      assertThat(metrics.get("rollout_replay_logp_absdiff")).isLessThan(FLOAT32_ROUNDING);
      assertThat(metrics.get("kl/text")).isPositive();
      assertThat(metrics.get("loss/velocity_mse")).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "CURRENT", "REPLAY"})
  void firstRatioOfMicroBatchesIsExactlyOne(Anchor anchor) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      Map<String, Double> metrics =
          update(
              LearnerConfigs.inMicroBatches(LearnerConfigs.with(anchor, 1, 1, 2), 2),
              policy,
              reference,
              mixedBatch(policy));

      assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
      assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
      assertThat(metrics).containsEntry("clip_share/flow", 0.0);
      assertThat(metrics).containsEntry("groups_trained", 5.0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 1", "2, 3, 2"})
  void microBatchesChangeNothingButRounding(int members, int miniBatches, int epochs) {
    LearnerConfig whole = LearnerConfigs.with(Anchor.AUTO, epochs, miniBatches, 2);
    Map<String, Double> expectedMetrics;
    Map<String, Double> metrics;
    double[] expected;
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      expectedMetrics = update(whole, policy, reference, mixedBatch(policy));
      expected = policy.values(ToyPolicy.WEIGHT);
    }
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      metrics =
          update(
              LearnerConfigs.inMicroBatches(whole, members), policy, reference, mixedBatch(policy));
      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(expected, within(STEP_ROUNDING));
    }
    for (String name :
        List.of("loss/total", "loss/text", "loss/flow", "loss/velocity_mse", "grad_norm")) {
      assertThat(metrics.get(name))
          .as(name)
          .isCloseTo(expectedMetrics.get(name), within(STEP_ROUNDING));
    }
    assertThat(metrics.get("work/padding_share"))
        .isLessThan(expectedMetrics.get("work/padding_share"));
  }

  @Test
  void numberOfThreadsChangesNoBitOfMicroBatches() {
    LearnerConfig one = LearnerConfigs.with(Anchor.AUTO, 2, 2, 1);
    LearnerConfig three = LearnerConfigs.with(Anchor.AUTO, 2, 2, 3);

    double[][] expected = weightsAfter(LearnerConfigs.inMicroBatches(one, 2));
    double[][] found = weightsAfter(LearnerConfigs.inMicroBatches(three, 2));

    assertThat(found[0]).containsExactly(expected[0]);
    assertThat(found[1]).containsExactly(expected[1]);
  }

  /** Some groups are split and are left to the update itself; {@code 0} splits none. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0, 2", "0, 9", "2, 9"})
  void replaysMadeAheadChangeNoBitAndAreMadeOnce(int limit, int ahead) {
    LearnerConfig config =
        LearnerConfigs.inMicroBatches(LearnerConfigs.with(Anchor.REPLAY, 2, 2, 2), limit);
    double[][] expected = weightsAfter(config);
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy plain = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2);
        Training training =
            Training.resume(config.optimizer(), policy.parameters(), SavedState.empty(), 0);
        PolicyUpdate update = new PolicyUpdate(config, policy, reference, training)) {
      List<TrainingGroup> groups = mixedBatch(policy);
      List<FetchedGroup> fetched =
          groups.stream()
              .map(group -> new FetchedGroup(group.groupId(), group::trajectories))
              .toList();
      int sampling = policy.replays();
      AtomicInteger asked = new AtomicInteger();
      update.replayAhead(fetched, () -> asked.getAndIncrement() >= ahead);
      int made = policy.replays() - sampling;
      update.run(groups, KEY);
      update(config, plain, reference, mixedBatch(plain));

      assertThat(made).isEqualTo(limit == 0 ? Math.min(ahead, groups.size()) : 3);
      assertThat(policy.replays()).isEqualTo(plain.replays());
      assertThat(policy.values(ToyPolicy.BIGRAM)).containsExactly(expected[0]);
      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(expected[1]);
    }
  }

  @Test
  void formsOfTheLatentDivergenceDifferByTheirFactors() {
    double gaussian = latentKl(LatentKl.GAUSSIAN);

    assertThat(gaussian).isPositive();
    assertThat(latentKl(LatentKl.R3)).isCloseTo(2 * gaussian, within(FLOAT32_ROUNDING));
    assertThat(latentKl(LatentKl.FLOW_GRPO))
        .isCloseTo(ToyRollouts.DT * gaussian, within(FLOAT32_ROUNDING));
  }

  private static double latentKl(LatentKl form) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      LearnerConfig config =
          LearnerConfigs.withRegularisers(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1), 0, 0.1, form);
      Map<String, Double> metrics = update(config, policy, reference, mixedBatch(policy));
      assertThat(metrics).doesNotContainKey("loss/velocity_mse");
      return metrics.get("kl/flow");
    }
  }

  @Test
  void storedAnchorsGiveRatiosNearOne() {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      Map<String, Double> metrics =
          update(
              LearnerConfigs.with(Anchor.ROLLOUT, 1, 1, 1), policy, reference, mixedBatch(policy));

      assertThat(metrics.get("ratio/text_mean")).isCloseTo(1, within(FLOAT32_ROUNDING));
      assertThat(metrics.get("ratio/flow_mean")).isCloseTo(1, within(FLOAT32_ROUNDING));
    }
  }

  @ParameterizedTest
  @CsvSource({"AUTO, 1", "AUTO, 2", "ROLLOUT, 1", "ROLLOUT, 2"})
  void rolloutsOfOtherWeightsStopTheUpdateBeforeItsFirstStep(Anchor anchor, int epochs) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2);
        ToyPolicy other = ToyPolicy.random(3)) {
      double[] weight = policy.values(ToyPolicy.WEIGHT);
      LearnerConfig config = LearnerConfigs.with(anchor, epochs, 1, 2);
      List<TrainingGroup> groups = mixedBatch(other);

      assertThatThrownBy(() -> update(config, policy, reference, groups))
          .isInstanceOf(RolloutMismatchException.class)
          .hasMessageStartingWith("rollout_replay_logp_absdiff is ")
          .hasMessageEndingWith("(expected at most 0.001, learner.logp_alarm)");
      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(weight);

      Map<String, Double> metrics =
          update(LearnerConfigs.withoutAlarm(config), policy, reference, groups);
      assertThat(metrics.get("rollout_replay_logp_absdiff")).isGreaterThan(config.logpAlarm());
    }
  }

  @Test
  void oneGroupOfOtherWeightsIsNamed() {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2);
        ToyPolicy other = ToyPolicy.random(3)) {
      List<TrainingGroup> groups = new ArrayList<>(mixedBatch(policy));
      groups.set(2, mixedBatch(other).get(2));

      assertThatThrownBy(
              () -> update(LearnerConfigs.with(Anchor.AUTO, 1, 1, 2), policy, reference, groups))
          .hasMessageContaining(" in group c ");
    }
  }

  @Test
  void aStoredValueThatIsNoNumberStopsTheUpdate() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      LearnerConfig config =
          LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2));
      TrainingGroup group = withLatent(ToyRollouts.reason(policy, "a", 1.0, -1.0), Float.NaN);

      assertThatThrownBy(() -> update(config, policy, null, List.of(group)))
          .isInstanceOf(RolloutMismatchException.class)
          .hasMessageContaining("rollout_replay_logp_absdiff is NaN in group a");
    }
  }

  @Test
  void theWholeBatchIsComparedBeforeTheFirstOfManySteps() {
    Map<String, Double> oneStep = distancesOfOtherWeights(1, 1);
    Map<String, Double> sixSteps = distancesOfOtherWeights(2, 3);

    for (String modality : List.of("text", "flow")) {
      String name = "rollout_replay_logp_absdiff/" + modality;
      assertThat(sixSteps.get(name + "_max")).isPositive().isEqualTo(oneStep.get(name + "_max"));
      assertThat(sixSteps.get(name + "_mean"))
          .isLessThan(sixSteps.get(name + "_max"))
          .isCloseTo(oneStep.get(name + "_mean"), within(FLOAT32_ROUNDING));
    }
  }

  private static Map<String, Double> distancesOfOtherWeights(int epochs, int miniBatches) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2);
        ToyPolicy other = ToyPolicy.random(3)) {
      LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, epochs, miniBatches, 1);
      return update(LearnerConfigs.withoutAlarm(config), policy, reference, mixedBatch(other));
    }
  }

  @Test
  void theCosineOfTheStagesIsMeasuredAndChangesNothingButRounding() {
    LearnerConfig plain = LearnerConfigs.with(Anchor.AUTO, 2, 1, 2);
    Map<String, Double> expectedMetrics;
    double[] expected;
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      expectedMetrics = update(plain, policy, reference, mixedBatch(policy));
      expected = policy.values(ToyPolicy.WEIGHT);
    }
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      Map<String, Double> metrics =
          update(LearnerConfigs.withCosine(plain), policy, reference, mixedBatch(policy));

      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(expected, within(STEP_ROUNDING));
      assertThat(metrics.get("gradient_cosine/reason_understand")).isBetween(-1.0, 1.0);
      assertThat(metrics.get("loss/total"))
          .isCloseTo(expectedMetrics.get("loss/total"), within(STEP_ROUNDING));
      assertThat(expectedMetrics).doesNotContainKey("gradient_cosine/reason_understand");
    }
  }

  @Test
  void laterStepsMoveTheRatio() {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      Map<String, Double> metrics =
          update(LearnerConfigs.with(Anchor.AUTO, 2, 2, 1), policy, reference, mixedBatch(policy));

      assertThat(metrics).containsEntry("optimizer_steps", 4.0);
      assertThat(metrics.get("ratio/text_mean")).isNotEqualTo(1);
      assertThat(metrics.get("clip_share/flow")).isPositive();
    }
  }

  @Test
  void zeroAdvantageGivesZeroGradient() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      double[] before = policy.values(ToyPolicy.BIGRAM);
      LearnerConfig config =
          LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2));

      Map<String, Double> metrics =
          update(config, policy, null, List.of(ToyRollouts.reason(policy, "a", 0.0, 0.0, 0.0)));

      assertThat(metrics).containsEntry("grad_norm", 0.0);
      assertThat(metrics).containsEntry("groups_without_signal", 1.0);
      assertThat(policy.values(ToyPolicy.BIGRAM)).containsExactly(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3"})
  void numberOfThreadsChangesNoBit(int epochs, int miniBatches) {
    double[][] one = weightsAfter(LearnerConfigs.with(Anchor.AUTO, epochs, miniBatches, 1));
    double[][] three = weightsAfter(LearnerConfigs.with(Anchor.AUTO, epochs, miniBatches, 3));

    assertThat(three[0]).containsExactly(one[0]);
    assertThat(three[1]).containsExactly(one[1]);
  }

  @Test
  void orderOfGroupsChangesNoBit() {
    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 2, 2, 2);
    double[][] results = new double[2][];
    for (int turn = 0; turn < 2; turn++) {
      try (ToyPolicy policy = ToyPolicy.random(1);
          ToyPolicy reference = ToyPolicy.random(2)) {
        List<TrainingGroup> groups = new ArrayList<>(mixedBatch(policy));
        if (turn == 1) {
          java.util.Collections.reverse(groups);
        }
        update(config, policy, reference, groups);
        results[turn] = policy.values(ToyPolicy.BIGRAM);
      }
    }
    assertThat(results[1]).containsExactly(results[0]);
  }

  @Test
  void positiveAdvantageBecomesMoreLikely() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      TrainingGroup before = ToyRollouts.reason(policy, "a", 1.0, -1.0);
      update(
          LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2)),
          policy,
          null,
          List.of(before));
      TrainingGroup after = ToyRollouts.reason(policy, "a", 1.0, -1.0);

      double textGain = text(after, 0) - text(before, 0) - (text(after, 1) - text(before, 1));
      double flowGain = flow(after, 0) - flow(before, 0) - (flow(after, 1) - flow(before, 1));
      assertThat(textGain).isPositive();
      assertThat(flowGain).isPositive();
    }
  }

  @Test
  void memberWithoutCreditKeepsItsPlaceButHasNoWeight() {
    Map<String, Double> alone;
    Map<String, Double> beside;
    LearnerConfig config = LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2));
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      alone = update(config, policy, null, List.of(ToyRollouts.reason(policy, "a", 1.0, -0.5)));
    }
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      beside =
          update(config, policy, null, List.of(ToyRollouts.reason(policy, "a", 1.0, -0.5, null)));
    }
    assertThat(beside.get("loss/total"))
        .isCloseTo(alone.get("loss/total"), within(FLOAT32_ROUNDING));
    assertThat(beside.get("grad_norm")).isCloseTo(alone.get("grad_norm"), within(FLOAT32_ROUNDING));
  }

  @Test
  void stagesAreAveragedApartAndAdded() {
    LearnerConfig config = LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2));
    double together;
    double apart = 0;
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      together = update(config, policy, null, mixedBatch(policy)).get("loss/total");
    }
    for (String stage : List.of("reason", "understand")) {
      try (ToyPolicy policy = ToyPolicy.random(1)) {
        List<TrainingGroup> groups =
            mixedBatch(policy).stream().filter(group -> group.stage().equals(stage)).toList();
        apart += update(config, policy, null, groups).get("loss/total");
      }
    }
    assertThat(together).isCloseTo(apart, within(FLOAT32_ROUNDING));
  }

  @Test
  void frozenParametersStay() {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      double[] bias = policy.values(ToyPolicy.BIAS);
      double[] vision = policy.values(ToyPolicy.FROZEN);
      double[] weight = policy.values(ToyPolicy.WEIGHT);

      update(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1), policy, reference, mixedBatch(policy));

      assertThat(policy.values(ToyPolicy.BIAS)).containsExactly(bias);
      assertThat(policy.values(ToyPolicy.FROZEN)).containsExactly(vision);
      assertThat(policy.values(ToyPolicy.WEIGHT)).isNotEqualTo(weight);
    }
  }

  @Test
  void learningRateZeroFreezesAnExpert() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      double[] bigram = policy.values(ToyPolicy.BIGRAM);
      double[] weight = policy.values(ToyPolicy.WEIGHT);

      update(
          LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(0, 1e-2)),
          policy,
          null,
          List.of(ToyRollouts.reason(policy, "a", 1.0, -1.0)));

      assertThat(policy.values(ToyPolicy.BIGRAM)).containsExactly(bigram);
      assertThat(policy.values(ToyPolicy.WEIGHT)).isNotEqualTo(weight);
    }
  }

  @Test
  void everythingFrozenIsTheUsersError() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      LearnerConfig config = LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(0, 0));
      assertThatThrownBy(() -> update(config, policy, null, List.of()))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("all 4 parameters are frozen");
    }
  }

  @Test
  void gradientThatIsNotFiniteIsSkippedAndCounted() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      double[] weight = policy.values(ToyPolicy.WEIGHT);
      TrainingGroup group =
          withLatent(ToyRollouts.reason(policy, "a", 1.0, -1.0), Float.POSITIVE_INFINITY);
      LearnerConfig config =
          LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1e-2, 1e-2));

      Map<String, Double> metrics =
          update(LearnerConfigs.withoutAlarm(config), policy, null, List.of(group));

      assertThat(metrics).containsEntry("skipped_updates", 1.0);
      assertThat(metrics).containsEntry("optimizer_steps", 0.0);
      assertThat(metrics).doesNotContainKey("grad_norm");
      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(weight);
    }
  }

  @Test
  void batchWithoutCreditLeavesTheWeights() {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      double[] weight = policy.values(ToyPolicy.WEIGHT);

      Map<String, Double> metrics =
          update(
              LearnerConfigs.with(Anchor.AUTO, 2, 2, 1),
              policy,
              reference,
              List.of(ToyRollouts.reason(policy, "a", null, null)));

      assertThat(metrics).containsEntry("groups_trained", 0.0);
      assertThat(metrics).doesNotContainKey("loss/text");
      assertThat(policy.values(ToyPolicy.WEIGHT)).containsExactly(weight);
    }
  }

  private static double[][] weightsAfter(LearnerConfig config) {
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy reference = ToyPolicy.random(2)) {
      update(config, policy, reference, mixedBatch(policy));
      return new double[][] {policy.values(ToyPolicy.BIGRAM), policy.values(ToyPolicy.WEIGHT)};
    }
  }

  private static List<TrainingGroup> mixedBatch(ToyPolicy policy) {
    return List.of(
        ToyRollouts.reason(policy, "a", 1.0, -0.5, -0.5, null),
        ToyRollouts.understand(policy, "b", 0.7, -0.7),
        ToyRollouts.reason(policy, "c", -1.2, 0.3, 0.9),
        ToyRollouts.understand(policy, "d", 0.0, 0.0),
        ToyRollouts.reason(policy, "e", 0.4, -0.4));
  }

  private static Map<String, Double> update(
      LearnerConfig config, ToyPolicy policy, ToyPolicy reference, List<TrainingGroup> groups) {
    try (Training training =
            Training.resume(config.optimizer(), policy.parameters(), SavedState.empty(), 0);
        PolicyUpdate update = new PolicyUpdate(config, policy, reference, training)) {
      return update.run(groups, KEY);
    }
  }

  /** The group with a stored latent of its first member replaced. */
  private static TrainingGroup withLatent(TrainingGroup group, float value) {
    List<Member> members = new ArrayList<>(group.members());
    Member first = members.get(0);
    List<FlowStep> steps = new ArrayList<>(first.trajectory().steps());
    FlowStep step = steps.get(0);
    float[] next = step.xNext().clone();
    next[0] = value;
    steps.set(
        0,
        new FlowStep(
            step.step(), step.t(), step.dt(), step.sigma(), step.x(), next, step.logProb()));
    members.set(
        0,
        new Member(
            0,
            new Trajectory(first.trajectory().tokens(), steps),
            first.tokenLogProbs(),
            first.textAdvantage(),
            first.imageAdvantage()));
    return new TrainingGroup(
        group.groupId(),
        group.stage(),
        group.pairId(),
        new TrajectoryGroup(
            group.trajectories().context(),
            members.stream().map(Member::trajectory).toList(),
            group.trajectories().temperature()),
        members,
        group.maxTokens());
  }

  private static double text(TrainingGroup group, int member) {
    double sum = 0;
    for (float logProb : group.members().get(member).tokenLogProbs()) {
      sum += logProb;
    }
    return sum / group.members().get(member).tokenLogProbs().length;
  }

  private static double flow(TrainingGroup group, int member) {
    return group.members().get(member).trajectory().steps().stream()
        .mapToDouble(FlowStep::logProb)
        .sum();
  }
}
