package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.FlowStep;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundled policy: what a rollout stored is what a replay computes, in counted passes. */
class RolloutReplayTest {
  /** Decoding with a cache and a teacher-forced pass sum in different order in float32. */
  private static final double ROUNDING = 1e-5;

  /** 256 trajectories. */
  private static final int GROUPS = 16;

  private static final int MEMBERS = 16;
  private static final List<Integer> SDE_STEPS = List.of(0, 1, 3);
  private static final TextSampling TEXT = new TextSampling(0.9, 50, 0.9, 40);

  /** Guidance as R3 publishes it, and none. */
  enum Guided {
    OFF(Guidance.NONE),
    ON(new Guidance(4.0, 1.5, 0.4, 1, Guidance.Renorm.TEXT_CHANNEL, 0));

    private final Guidance guidance;

    Guided(Guidance guidance) {
      this.guidance = guidance;
    }

    ImageSampling sampling() {
      return new ImageSampling(8, 3, SDE_STEPS, 0.7, guidance);
    }
  }

  private static Rollouts rollOut(Policy policy, int group, Guided guided, int members) {
    return Rollouts.sample(
        policy, Rollouts.context(group), TEXT, guided.sampling(), Rollouts.keys(group, members));
  }

  @ParameterizedTest
  @EnumSource
  void storedLogProbsEqualTheReplays(Guided guided) {
    double texts = 0;
    double images = 0;
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        NoGradGuard guard = new NoGradGuard()) {
      for (int group = 0; group < GROUPS; group++) {
        Rollouts rollouts = rollOut(policy, group, guided, MEMBERS);
        try (PointerScope scope = new PointerScope()) {
          Replay replay = trainable.replay(rollouts.trajectories());
          texts = Math.max(texts, textDifference(rollouts, replay));
          images = Math.max(images, imageDifference(rollouts, replay));
        }
      }
    }
    assertThat(texts).as("tokens").isLessThan(ROUNDING);
    assertThat(images).as("SDE steps").isLessThan(ROUNDING);
  }

  private static double textDifference(Rollouts rollouts, Replay replay) {
    float[] replayed = Tensors.floats(replay.tokenLogProbs());
    int columns = replayed.length / rollouts.members();
    double largest = 0;
    for (int row = 0; row < rollouts.members(); row++) {
      float[] stored = rollouts.texts().get(row).logProbs();
      for (int i = 0; i < stored.length; i++) {
        largest = Math.max(largest, Math.abs(stored[i] - replayed[row * columns + i]));
      }
    }
    return largest;
  }

  private static double imageDifference(Rollouts rollouts, Replay replay) {
    double largest = 0;
    for (int s = 0; s < SDE_STEPS.size(); s++) {
      float[] velocity = Tensors.floats(replay.velocities().get(s));
      for (int row = 0; row < rollouts.members(); row++) {
        FlowStep step = rollouts.images().get(row).steps().get(s);
        double replayed = Rollouts.logProb(step, velocity, row);
        largest = Math.max(largest, Math.abs(replayed - step.logProb()));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource
  void twoReplaysAreEqualBitForBit(Guided guided) {
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        PointerScope scope = new PointerScope()) {
      Rollouts rollouts = rollOut(policy, 1, guided, MEMBERS);
      assertThat(bits(trainable.replay(rollouts.trajectories())))
          .isEqualTo(bits(trainable.replay(rollouts.trajectories())));
    }
  }

  /** The anchor of a ratio is replayed without gradients, the update's own pass with them. */
  @ParameterizedTest
  @EnumSource
  void aReplayWithoutGradientsEqualsOneWithThemBitForBit(Guided guided) {
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        PointerScope scope = new PointerScope()) {
      for (int group = 0; group < 2; group++) {
        Rollouts rollouts = rollOut(policy, group, guided, MEMBERS);
        String anchor;
        try (NoGradGuard guard = new NoGradGuard()) {
          anchor = bits(trainable.replay(rollouts.trajectories()));
        }
        assertThat(bits(trainable.replay(rollouts.trajectories()))).isEqualTo(anchor);
      }
    }
  }

  private static List<float[]> bitsOf(Replay replay) {
    List<float[]> bits = new ArrayList<>(List.of(Tensors.floats(replay.tokenLogProbs())));
    replay.velocities().forEach(velocity -> bits.add(Tensors.floats(velocity)));
    return bits;
  }

  private static String bits(Replay replay) {
    StringBuilder text = new StringBuilder();
    bitsOf(replay).forEach(values -> text.append(Arrays.toString(values)));
    return text.toString();
  }

  @Test
  void aGroupReadsItsPromptOnceAndKeepsThePlansKeys() {
    try (Policy policy = Policies.load(Rollouts.bundled())) {
      PassCounts before = policy.passes();
      Rollouts rollouts = rollOut(policy, 0, Guided.OFF, MEMBERS);
      PassCounts passes = policy.passes().since(before);
      int longest =
          rollouts.texts().stream().mapToInt(text -> text.tokens().length).max().orElseThrow();
      assertThat(passes.contexts()).isEqualTo(1);
      // The start token and every sampled column but the last, which only the image needs.
      assertThat(passes.textSteps()).isBetween((long) longest, longest + 2L);
      assertThat(passes.textReplays()).isZero();
      assertThat(passes.velocities()).isEqualTo(Guided.OFF.sampling().steps());
    }
  }

  @Test
  void aReplayTakesOneTextPassAndOnePassPerTrainedStep() {
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        PointerScope scope = new PointerScope()) {
      Rollouts rollouts = rollOut(policy, 0, Guided.OFF, MEMBERS);
      trainable.replay(rollouts.trajectories());
      PassCounts passes = trainable.passes();
      assertThat(passes.contexts()).isEqualTo(1);
      assertThat(passes.textReplays()).isEqualTo(1);
      assertThat(passes.velocities()).isEqualTo(SDE_STEPS.size());
      assertThat(passes.textSteps()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void workIsWhatAReplayPassesThroughTheDecoder(Guided guided) {
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        PointerScope scope = new PointerScope()) {
      for (int group = 0; group < 2; group++) {
        Rollouts rollouts = rollOut(policy, group, guided, 2 + group);
        PassCounts before = trainable.passes();
        long work = trainable.work(rollouts.trajectories());
        assertThat(trainable.passes()).isEqualTo(before);
        trainable.replay(rollouts.trajectories());
        assertThat(work).isEqualTo(trainable.passes().since(before).tokens());
      }
    }
  }
}
