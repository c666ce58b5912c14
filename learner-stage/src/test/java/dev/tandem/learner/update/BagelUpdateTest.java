package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.testing.BagelRollouts;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Policies;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Updates of the real architecture, from trajectories that it sampled. */
class BagelUpdateTest {
  /** Decoding with a cache and a teacher-forced pass sum in different order in float32. */
  private static final double ROUNDING = 1e-5;

  @TempDir static Path folder;

  private static Path start;
  private static List<TrainingGroup> groups;

  @BeforeAll
  static void sample() throws Exception {
    start = BagelRollouts.policy(Files.createDirectories(folder.resolve("start")));
    groups = BagelRollouts.sample(start, 1.0, -0.5, -0.5, null);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "REPLAY"})
  void firstRatioIsExactlyOneAndNothingIsClipped(Anchor anchor) {
    Map<String, Double> metrics =
        update(start, folder.resolve("first-" + anchor), LearnerConfigs.with(anchor, 1, 1, 2));

    assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
    assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
    assertThat(metrics).containsEntry("clip_share/text", 0.0);
    assertThat(metrics).containsEntry("clip_share/flow", 0.0);
    assertThat(metrics.get("rollout_replay_logp_absdiff/text_max")).isLessThan(ROUNDING);
    assertThat(metrics.get("rollout_replay_logp_absdiff/flow_max")).isLessThan(ROUNDING);
    assertThat(metrics).containsEntry("loss/velocity_mse", 0.0);
    assertThat(metrics.get("grad_norm")).isPositive();
  }

  @Test
  void numberOfThreadsChangesNoBit() {
    Path one = folder.resolve("one-thread");
    Path two = folder.resolve("two-threads");
    update(start, one, LearnerConfigs.with(Anchor.AUTO, 2, 1, 1));
    update(start, two, LearnerConfigs.with(Anchor.AUTO, 2, 1, 2));

    assertThat(Policies.version(two)).isEqualTo(Policies.version(one));
    assertThat(Policies.version(one)).isNotEqualTo(Policies.version(start));
  }

  @ParameterizedTest
  @EnumSource(Guidance.Renorm.class)
  void guidedRolloutsAreReplayedWithTheirGuidance(Guidance.Renorm renorm) {
    List<TrainingGroup> guided =
        BagelRollouts.sample(start, new Guidance(4, 1.5, 0.4, 1, renorm, 0), 1.0, -0.5, -0.5);

    Map<String, Double> metrics =
        update(
            guided,
            start,
            folder.resolve("guided-" + renorm),
            LearnerConfigs.with(Anchor.ROLLOUT, 1, 1, 2));

    assertThat(metrics.get("ratio/flow_mean")).isCloseTo(1, within(ROUNDING));
    assertThat(metrics.get("rollout_replay_logp_absdiff")).isLessThan(ROUNDING);
    assertThat(metrics.get("grad_norm")).isPositive();
  }

  @Test
  void replayWithoutTheRolloutsGuidanceSetsOffTheAlarm() {
    // Strong and never shortened: the little policy hardly heeds the prompt.
    Guidance guidance = new Guidance(20, 1.5, 0.4, 1, Guidance.Renorm.TEXT_CHANNEL, 1);
    List<TrainingGroup> forgotten =
        BagelRollouts.sample(start, guidance, 1.0, -1.0).stream()
            .map(BagelUpdateTest::withoutGuidance)
            .toList();

    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 1, 1, 1);

    assertThatThrownBy(() -> update(forgotten, start, folder.resolve("forgotten"), config))
        .isInstanceOf(RolloutMismatchException.class)
        .hasMessageContaining("in group a");
  }

  @Test
  void rolloutsOfAnEarlierPolicySetOffTheAlarm() {
    Path first = folder.resolve("earlier-1");
    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 1, 1, 1);
    update(start, first, config);

    assertThatThrownBy(() -> update(first, folder.resolve("earlier-2"), config))
        .isInstanceOf(RolloutMismatchException.class);
    assertThat(folder.resolve("earlier-2")).doesNotExist();
  }

  @Test
  void secondUpdateGoesOnFromTheCheckpoint() {
    Path first = folder.resolve("update-1");
    Path second = folder.resolve("update-2");
    update(start, first, LearnerConfigs.with(Anchor.AUTO, 1, 1, 1));
    // The batch is the first policy's.
    Map<String, Double> metrics =
        update(
            first, second, LearnerConfigs.withoutAlarm(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1)));

    assertThat(second.resolve("learner.json")).content().contains("\"steps\" : 2");
    assertThat(metrics.get("loss/velocity_mse")).isPositive();
  }

  private static TrainingGroup withoutGuidance(TrainingGroup group) {
    TrajectoryGroup drawn = group.trajectories();
    return new TrainingGroup(
        group.groupId(),
        group.stage(),
        group.pairId(),
        new TrajectoryGroup(drawn.context(), drawn.trajectories(), drawn.temperature()),
        group.members(),
        group.maxTokens());
  }

  private static Map<String, Double> update(Path before, Path after, LearnerConfig config) {
    return update(groups, before, after, config);
  }

  private static Map<String, Double> update(
      List<TrainingGroup> groups, Path before, Path after, LearnerConfig config) {
    try (TrainablePolicy policy = TrainablePolicies.load(before);
        TrainablePolicy reference = TrainablePolicies.load(start);
        Training training = Checkpoints.resume(before, config.optimizer(), policy.parameters())) {
      Map<String, Double> metrics;
      try (PolicyUpdate update = new PolicyUpdate(config, policy, reference, training)) {
        metrics = update.run(groups, RandomKey.of(1));
      }
      Checkpoints.write(
          after,
          policy,
          training,
          new LearnerProgress(1, 1, training.steps(), 1, config.optimizer()));
      return metrics;
    }
  }
}
