package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.learner.testing.BagelRollouts;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Policies;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
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
  @EnumSource(names = {"AUTO", "REPLAY"})
  void firstRatioOfMicroBatchesIsExactlyOne(Anchor anchor) {
    LearnerConfig config = LearnerConfigs.inMicroBatches(LearnerConfigs.with(anchor, 1, 1, 2), 1);

    Map<String, Double> metrics = update(start, folder.resolve("parts-" + anchor), config);

    assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
    assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
    assertThat(metrics.get("rollout_replay_logp_absdiff")).isLessThan(ROUNDING);
  }

  @Test
  void gradientCheckpointingChangesNoBit() {
    Path plain = folder.resolve("plain");
    Path recomputed = folder.resolve("recomputed");
    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 2, 1, 2);
    Map<String, Double> expected = update(start, plain, config);
    Map<String, Double> metrics =
        update(start, recomputed, LearnerConfigs.withCheckpointing(config));

    assertThat(Policies.version(recomputed)).isEqualTo(Policies.version(plain));
    assertThat(metrics).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "REPLAY"})
  void firstRatioOfAdaptersIsExactlyOneAndTheBaseStays(Anchor anchor) throws Exception {
    Path first = folder.resolve("adapted-" + anchor);
    try (TrainablePolicy policy = adapted(null)) {
      Map<String, Double> metrics =
          update(policy, start, first, LearnerConfigs.with(anchor, 1, 1, 2), 1);

      assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
      assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
      assertThat(metrics.get("grad_norm")).isPositive();
    }
    assertThat(Policies.version(first)).isNotEqualTo(Policies.version(start));
    assertThat(Files.readString(first.resolve("manifest.json")))
        .contains("adapter/adapter_model.safetensors");
  }

  @Test
  void resumedAdaptersEqualUninterruptedOnesBitForBit() throws Exception {
    LearnerConfig config = LearnerConfigs.withoutAlarm(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1));
    Path whole = folder.resolve("adapted-whole");
    try (TrainablePolicy policy = adapted(null);
        TrainablePolicy reference = TrainablePolicies.load(start);
        Training training = Checkpoints.resume(start, config.optimizer(), policy.parameters())) {
      for (int iteration = 1; iteration <= 2; iteration++) {
        try (PolicyUpdate update = new PolicyUpdate(config, policy, reference, training)) {
          update.run(groups, RandomKey.of(iteration));
        }
      }
      Checkpoints.write(whole, policy, training, progress(config, training, 2));
    }
    Path first = folder.resolve("adapted-1");
    Path second = folder.resolve("adapted-2");
    try (TrainablePolicy policy = adapted(null)) {
      update(policy, start, first, config, 1);
    }
    try (TrainablePolicy policy = adapted(first)) {
      update(policy, first, second, config, 2);
    }

    for (String file :
        List.of(
            "model.safetensors",
            "adapter/adapter_model.safetensors",
            "optimizer.safetensors",
            "ema.safetensors")) {
      assertThat(second.resolve(file)).as(file).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void averagesTakeThePlacesOfTheWeightsTheyAreOf() {
    Path full = folder.resolve("averaged");
    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 2, 1, 1);
    update(start, full, config);
    Path adapted = folder.resolve("averaged-adapters");
    try (TrainablePolicy policy = adapted(null)) {
      update(policy, start, adapted, config, 1);
    }

    String trained = "language_model.model.layers.1.mlp.down_proj.weight";
    String frozen = "vae2llm.bias";
    double[] expected = values(full.resolve("ema.safetensors"), trained);
    try (PolicyFiles averaged = PolicyFiles.loadAveraged(full, ComputeSettings.CPU);
        PolicyFiles current = PolicyFiles.load(full, false)) {
      assertThat(values(averaged, trained))
          .containsExactly(expected)
          .isNotEqualTo(values(current, trained));
      assertThat(values(averaged, frozen)).containsExactly(values(current, frozen));
    }
    // Two steps of B from 0: the average lies between the base and the newest.
    try (PolicyFiles averaged = PolicyFiles.loadAveraged(adapted, ComputeSettings.CPU);
        PolicyFiles current = PolicyFiles.load(adapted, false);
        PolicyFiles base = PolicyFiles.load(start, false)) {
      assertThat(distance(averaged, base, trained))
          .isPositive()
          .isLessThan(distance(current, base, trained));
    }
  }

  private static double distance(PolicyFiles a, PolicyFiles b, String name) {
    double[] left = values(a, name);
    double[] right = values(b, name);
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += Math.abs(left[i] - right[i]);
    }
    return sum;
  }

  private static double[] values(PolicyFiles files, String name) {
    return HostTensors.doubles(files.weights().tensors().get(name));
  }

  private static double[] values(Path file, String name) {
    try (PointerScope scope = new PointerScope()) {
      return HostTensors.doubles(TensorFiles.load(file, ScalarType.Float).get(name));
    }
  }

  private static TrainablePolicy adapted(Path checkpoint) {
    LoraSettings lora = new LoraSettings(3, 6, List.of("language_model.*_proj*.weight"));
    return TrainablePolicies.loadAdapted(
        start, checkpoint, lora, RandomKey.of(9), ComputeSettings.CPU);
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
    try (TrainablePolicy policy = TrainablePolicies.load(before)) {
      return update(groups, policy, before, after, config, 1);
    }
  }

  private static Map<String, Double> update(
      TrainablePolicy policy, Path before, Path after, LearnerConfig config, int iteration) {
    return update(groups, policy, before, after, config, iteration);
  }

  private static Map<String, Double> update(
      List<TrainingGroup> groups,
      TrainablePolicy policy,
      Path before,
      Path after,
      LearnerConfig config,
      int iteration) {
    try (TrainablePolicy reference = TrainablePolicies.load(start);
        Training training = Checkpoints.resume(before, config.optimizer(), policy.parameters())) {
      Map<String, Double> metrics;
      try (PolicyUpdate update = new PolicyUpdate(config, policy, reference, training)) {
        metrics = update.run(groups, RandomKey.of(iteration));
      }
      Checkpoints.write(after, policy, training, progress(config, training, iteration));
      return metrics;
    }
  }

  private static LearnerProgress progress(LearnerConfig config, Training training, int iteration) {
    return new LearnerProgress(1, iteration, training.steps(), 1, config.optimizer());
  }
}
