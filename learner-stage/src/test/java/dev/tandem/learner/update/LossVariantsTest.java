package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.ImageLoss;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.DivergenceMask;
import dev.tandem.learner.objective.LatentKl;
import dev.tandem.learner.objective.RatioLevel;
import dev.tandem.learner.objective.StepScaling;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.learner.testing.ToyPolicy;
import dev.tandem.learner.testing.ToyRollouts;
import dev.tandem.learner.update.Training.SavedState;
import dev.tandem.policy.Torch;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every loss that the configuration offers, through a whole update. */
class LossVariantsTest {
  private static final RandomKey KEY = RandomKey.of(1);
  private static final double LEARNING_RATE = 1e-2;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  static Stream<Arguments> anchorsAndTexts() {
    return anchors().flatMap(anchor -> texts().map(text -> Arguments.of(anchor, text)));
  }

  static Stream<Arguments> anchorsAndImages() {
    return anchors().flatMap(anchor -> images().map(image -> Arguments.of(anchor, image)));
  }

  /** The anchors that promise a first ratio of 1. */
  private static Stream<Anchor> anchors() {
    return Stream.of(Anchor.AUTO, Anchor.CURRENT, Anchor.REPLAY);
  }

  /** Every loss at every level of ratios, with ranges so narrow that any distance is clipped. */
  static Stream<TextLossConfig> texts() {
    return Arrays.stream(TextLoss.values())
        .flatMap(
            loss ->
                Arrays.stream(RatioLevel.values())
                    .map(level -> TextLosses.of(loss).level(level).clip(0, 0).build()));
  }

  static Stream<ImageLossConfig> images() {
    return Arrays.stream(ImageLoss.values())
        .flatMap(loss -> Stream.of(true, false).map(ratioNorm -> image(loss, ratioNorm)));
  }

  @ParameterizedTest
  @MethodSource("anchorsAndTexts")
  void firstRatioOfATextIsExactlyOneAndNothingIsClipped(Anchor anchor, TextLossConfig text) {
    Map<String, Double> metrics = firstStep(anchor, text, image(ImageLoss.CLIP, true));

    assertThat(metrics).containsEntry("ratio/text_mean", 1.0);
    assertThat(metrics).containsEntry("clip_share/text", 0.0);
    assertThat(metrics.get("grad_norm")).isPositive();
  }

  @ParameterizedTest
  @MethodSource("anchorsAndImages")
  void firstRatioOfAStepIsExactlyOneAndNothingIsClipped(Anchor anchor, ImageLossConfig image) {
    Map<String, Double> metrics = firstStep(anchor, TextLosses.of(TextLoss.CLIP).build(), image);

    assertThat(metrics).containsEntry("ratio/flow_mean", 1.0);
    assertThat(metrics).containsEntry("clip_share/flow", 0.0);
    assertThat(metrics.get("grad_norm")).isPositive();
  }

  /** Also away from the weights that sampled, where ratios are not 1. */
  @ParameterizedTest
  @MethodSource("texts")
  void zeroAdvantageOfATextGivesZeroGradient(TextLossConfig text) {
    assertZeroGradient(text, image(ImageLoss.CLIP, true));
  }

  @ParameterizedTest
  @MethodSource("images")
  void zeroAdvantageOfAStepGivesZeroGradient(ImageLossConfig image) {
    assertZeroGradient(TextLosses.of(TextLoss.CLIP).build(), image);
  }

  /** A step that has moved too far must be measured from the weights that sampled it. */
  @ParameterizedTest
  @MethodSource("images")
  void storedAnchorsSeeHowFarLaterStepsHaveMoved(ImageLossConfig image) {
    LearnerConfig config =
        LearnerConfigs.withLosses(
            LearnerConfigs.with(Anchor.ROLLOUT, 3, 1, 1),
            TextLosses.of(TextLoss.CLIP).build(),
            image);
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      Map<String, Double> metrics = update(config, policy, batch(policy));

      assertThat(metrics.get("clip_share/flow")).isPositive();
    }
  }

  private static Map<String, Double> firstStep(
      Anchor anchor, TextLossConfig text, ImageLossConfig image) {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      LearnerConfig config =
          LearnerConfigs.withLosses(LearnerConfigs.with(anchor, 1, 1, 1), text, image);
      return update(config, policy, batch(policy));
    }
  }

  private static void assertZeroGradient(TextLossConfig text, ImageLossConfig image) {
    LearnerConfig config =
        LearnerConfigs.withoutAlarm(
            LearnerConfigs.withLosses(LearnerConfigs.with(Anchor.ROLLOUT, 1, 1, 1), text, image));
    try (ToyPolicy policy = ToyPolicy.random(1);
        ToyPolicy sampler = ToyPolicy.random(3)) {
      Map<String, Double> metrics =
          update(config, policy, List.of(ToyRollouts.reason(sampler, "a", 0.0, 0.0, 0.0)));

      assertThat(metrics).containsEntry("grad_norm", 0.0);
    }
  }

  private static ImageLossConfig image(ImageLoss loss, boolean ratioNorm) {
    return new ImageLossConfig(
        1,
        loss,
        0,
        null,
        ratioNorm,
        new DivergenceMask(1e-12, true),
        5,
        StepScaling.NONE,
        0,
        0,
        LatentKl.GAUSSIAN);
  }

  private static List<TrainingGroup> batch(ToyPolicy policy) {
    return List.of(
        ToyRollouts.reason(policy, "a", 1.0, -0.5, -0.5, null),
        ToyRollouts.understand(policy, "b", 0.7, -0.7),
        ToyRollouts.reason(policy, "c", -1.2, 0.3, 0.9));
  }

  private static Map<String, Double> update(
      LearnerConfig config, ToyPolicy policy, List<TrainingGroup> groups) {
    try (Training training =
            Training.resume(
                LearnerConfigs.optimizer(LEARNING_RATE, LEARNING_RATE),
                policy.parameters(),
                SavedState.empty(),
                0);
        PolicyUpdate update = new PolicyUpdate(config, policy, null, training)) {
      return update.run(groups, KEY);
    }
  }
}
