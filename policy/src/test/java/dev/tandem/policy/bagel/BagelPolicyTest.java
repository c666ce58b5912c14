package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.policy.Context;
import dev.tandem.policy.FinishReason;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BagelPolicyTest {
  /** Decoding with a cache and a teacher-forced pass sum in different order in float32. */
  private static final double ROUNDING = 1e-5;

  private static final int GROUP = 4;
  private static final TextSampling TEXT = new TextSampling(0.9, 0, 1, 12);
  private static final ImageSampling IMAGE = new ImageSampling(5, 3, List.of(0, 2), 0.7);

  private static Path folder;

  @BeforeAll
  static void writePolicy(@TempDir Path parent) throws Exception {
    folder = TinyPolicy.write(Files.createDirectories(parent.resolve("shared")));
  }

  private record Group(List<TextSample> texts, List<ImageSample> images) {}

  private static Group rollOut(Policy policy, List<Segment> segments) {
    return rollOut(policy, segments, TEXT);
  }

  private static Group rollOut(Policy policy, List<Segment> segments, TextSampling text) {
    List<RandomKey> keys = new ArrayList<>();
    for (int i = 0; i < GROUP; i++) {
      keys.add(RandomKey.of(3).with(i));
    }
    try (Context context = policy.encode(segments);
        TextRollout rollout = policy.generateText(context, text, keys)) {
      return new Group(rollout.samples(), policy.generateImages(rollout.context(), IMAGE, keys));
    }
  }

  private static TrajectoryGroup trajectories(List<Segment> segments, Group group) {
    List<Trajectory> trajectories = new ArrayList<>();
    for (int i = 0; i < GROUP; i++) {
      trajectories.add(
          new Trajectory(group.texts().get(i).tokens(), group.images().get(i).steps()));
    }
    return new TrajectoryGroup(segments, trajectories, TEXT.logProbTemperature());
  }

  private static List<List<Segment>> contexts() {
    return List.of(
        Prompts.reason("a photo of a red circle"),
        Prompts.understand(image(16, 16), "What is this?"),
        Prompts.reflect(image(16, 16), "a red circle"),
        Prompts.reflect(image(16, 8), "a red circle"));
  }

  private static RgbImage image(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37);
    }
    return new RgbImage(width, height, rgb);
  }

  @Test
  void anEditKeepsTheSizeOfItsOriginal() {
    try (Policy policy = Policies.load(folder)) {
      RgbImage drawn =
          rollOut(policy, Prompts.reflect(image(8, 16), "a star")).images().get(0).image();
      assertThat(List.of(drawn.width(), drawn.height())).containsExactly(8, 16);
    }
  }

  @Test
  void replayedLogProbsEqualTheStoredOnes() {
    compareRolloutsWithReplays(folder);
  }

  @Test
  void latentsMayBePixels(@TempDir Path parent) {
    compareRolloutsWithReplays(TinyPolicy.write(parent, new BagelConfig.Pixels()));
  }

  private static void compareRolloutsWithReplays(Path folder) {
    try (Policy policy = Policies.load(folder);
        TrainablePolicy trainable = TrainablePolicies.load(folder)) {
      for (List<Segment> segments : contexts()) {
        Group group = rollOut(policy, segments);
        try (PointerScope scope = new PointerScope();
            NoGradGuard guard = new NoGradGuard()) {
          Replay replay = trainable.replay(trajectories(segments, group));
          compareTexts(group, replay);
          compareSteps(group, replay);
        }
      }
    }
  }

  private static void compareTexts(Group group, Replay replay) {
    float[] replayed = Tensors.floats(replay.tokenLogProbs());
    float[] mask = Tensors.floats(replay.tokenMask());
    int columns = replayed.length / GROUP;
    for (int row = 0; row < GROUP; row++) {
      float[] stored = group.texts().get(row).logProbs();
      for (int column = 0; column < columns; column++) {
        boolean sampled = column < stored.length;
        assertThat(mask[row * columns + column]).isEqualTo(sampled ? 1 : 0);
        assertThat((double) replayed[row * columns + column])
            .isCloseTo(sampled ? stored[column] : 0, within(ROUNDING));
      }
    }
  }

  private static void compareSteps(Group group, Replay replay) {
    assertThat(replay.velocities()).hasSize(IMAGE.stochasticSteps().size());
    for (int s = 0; s < replay.velocities().size(); s++) {
      float[] velocity = Tensors.floats(replay.velocities().get(s));
      for (int row = 0; row < GROUP; row++) {
        FlowStep step = group.images().get(row).steps().get(s);
        assertThat(Rollouts.logProb(step, velocity, row))
            .isCloseTo(step.logProb(), within(ROUNDING));
      }
    }
  }

  @Test
  void twoReplaysUnderTheSameWeightsAreEqualBitForBit() {
    List<Segment> segments = contexts().get(0);
    try (Policy policy = Policies.load(folder);
        TrainablePolicy trainable = TrainablePolicies.load(folder);
        PointerScope scope = new PointerScope()) {
      TrajectoryGroup group = trajectories(segments, rollOut(policy, segments));
      Replay first = trainable.replay(group);
      Replay second = trainable.replay(group);
      assertThat(Tensors.floats(first.tokenLogProbs()))
          .isEqualTo(Tensors.floats(second.tokenLogProbs()));
      assertThat(Tensors.floats(first.velocities().get(1)))
          .isEqualTo(Tensors.floats(second.velocities().get(1)));
    }
  }

  @Test
  void groupsAreTheSameOnAnyThread() throws Exception {
    List<Segment> segments = contexts().get(0);
    try (Policy policy = Policies.load(folder)) {
      Group here = rollOut(policy, segments);
      CompletableFuture<Group> one = CompletableFuture.supplyAsync(() -> rollOut(policy, segments));
      CompletableFuture<Group> two = CompletableFuture.supplyAsync(() -> rollOut(policy, segments));
      for (Group there : List.of(one.get(), two.get())) {
        for (int i = 0; i < GROUP; i++) {
          assertThat(there.texts().get(i).tokens()).isEqualTo(here.texts().get(i).tokens());
          assertThat(there.images().get(i).image()).isEqualTo(here.images().get(i).image());
        }
      }
    }
  }

  @Test
  void membersOfAGroupDiffer() {
    try (Policy policy = Policies.load(folder)) {
      Group group = rollOut(policy, contexts().get(0));
      assertThat(group.images().stream().map(ImageSample::image).distinct()).hasSize(GROUP);
    }
  }

  @Test
  void textStopsAtTheLimitWithoutTheForcedEnd() {
    try (Policy policy = Policies.load(folder)) {
      for (TextSample sample : rollOut(policy, contexts().get(0)).texts()) {
        if (sample.finish() == FinishReason.LENGTH) {
          assertThat(sample.tokens()).hasSize(TEXT.maxTokens() - 1);
        }
        assertThat(sample.logProbs()).hasSameSizeAs(sample.tokens());
      }
    }
  }

  /** Stop tokens of some members, so that texts end apart, and of all, so that they end at once. */
  @Test
  void aStopTokenEndsATextAndTheReplayAgrees() {
    List<Segment> segments = contexts().get(0);
    try (Policy policy = Policies.load(folder);
        TrainablePolicy trainable = TrainablePolicies.load(folder)) {
      List<TextSample> free = rollOut(policy, segments).texts();
      for (int stopped : new int[] {2, GROUP}) {
        List<Integer> stops =
            free.stream().limit(stopped).map(text -> text.tokens()[0]).distinct().toList();
        Group group = rollOut(policy, segments, new TextSampling(0.9, 0, 1, 12, stops));
        for (int row = 0; row < stopped; row++) {
          TextSample text = group.texts().get(row);
          assertThat(text.tokens()).containsExactly(free.get(row).tokens()[0]);
          assertThat(text.finish()).isEqualTo(FinishReason.STOP);
        }
        try (PointerScope scope = new PointerScope();
            NoGradGuard guard = new NoGradGuard()) {
          Replay replay = trainable.replay(trajectories(segments, group));
          compareTexts(group, replay);
          compareSteps(group, replay);
        }
      }
    }
  }

  @Test
  void savedWeightsAreTheLoadedOnes(@TempDir Path other) {
    try (TrainablePolicy trainable = TrainablePolicies.load(folder);
        Policy original = Policies.load(folder)) {
      trainable.save(other.resolve("copy"));
      try (Policy copy = Policies.load(other.resolve("copy"))) {
        assertThat(copy.info().version()).isEqualTo(original.info().version());
      }
    }
  }

  @Test
  void missingFileIsNamed(@TempDir Path empty) {
    assertThatThrownBy(() -> Policies.load(empty))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(empty.toString());
  }

  @Test
  void greedyTextIgnoresTheKeys() {
    try (Policy policy = Policies.load(folder);
        Context context = policy.encode(contexts().get(0));
        TextRollout one =
            policy.generateText(context, TextSampling.greedy(8), List.of(RandomKey.of(1)));
        TextRollout two =
            policy.generateText(context, TextSampling.greedy(8), List.of(RandomKey.of(2)))) {
      assertThat(Arrays.toString(one.samples().get(0).tokens()))
          .isEqualTo(Arrays.toString(two.samples().get(0).tokens()));
    }
  }
}
