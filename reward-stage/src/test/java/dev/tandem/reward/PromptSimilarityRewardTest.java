package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.frozen.OnnxImageEncoder;
import dev.tandem.frozen.OnnxTextEncoder;
import dev.tandem.frozen.TextTower;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptSimilarityRewardTest {
  /** Single precision of values near one. */
  private static final double ROUNDING = 1e-6;

  private static final byte[] RED = flat(255, 128, 128); // (1, 0, 0), but for a 255th

  /** What half of a byte is off. */
  private static final double BYTE = 1e-2;

  @TempDir Path folder;

  private PromptSimilarityReward towers(double scale, int batch) throws IOException {
    return new PromptSimilarityReward(
        "clip",
        OnnxImageEncoder.open(TextTower.writeImageTower(folder)),
        OnnxTextEncoder.open(TextTower.write(folder, TextTower.SETTINGS)),
        scale,
        batch);
  }

  @Test
  void scoresTheCosineOfImageAndPrompt() throws IOException {
    try (PromptSimilarityReward reward = towers(100, 2)) {
      List<RewardOutcome> outcomes =
          Outcomes.of(
              reward,
              List.of(
                  input(RED, "red"),
                  input(RED, "green"),
                  input(flat(0, 0, 0), "dark"),
                  input(flat(0, 0, 0), "red green"),
                  input(RED, "red")));
      double[] expected = {100, 0, 100, -100 * 2 / Math.sqrt(6), 100};
      for (int i = 0; i < expected.length; i++) {
        assertThat(((RewardOutcome.Value) outcomes.get(i)).value())
            .isCloseTo(expected[i], within(100 * BYTE));
      }
      assertThat(outcomes.get(4)).isEqualTo(outcomes.get(0));
      assertThat(reward.range()).isEqualTo(new Range(-100, 100));
    }
  }

  @Test
  void aBatchGivesWhatOneByOneGives() throws IOException {
    List<ScoringInput> inputs =
        List.of(input(RED, "red blue"), input(flat(9, 70, 200), "dark"), input(RED, "green"));
    try (PromptSimilarityReward one = towers(1, 1);
        PromptSimilarityReward all = towers(1, 16)) {
      List<RewardOutcome> apart = Outcomes.of(one, inputs);
      List<RewardOutcome> together = Outcomes.of(all, inputs);
      for (int i = 0; i < inputs.size(); i++) {
        assertThat(((RewardOutcome.Value) together.get(i)).value())
            .isCloseTo(((RewardOutcome.Value) apart.get(i)).value(), within(ROUNDING));
      }
    }
  }

  @Test
  void anImageThatCannotBeReadSpoilsNoOther() throws IOException {
    try (PromptSimilarityReward reward = towers(1, 16)) {
      List<RewardOutcome> outcomes =
          Outcomes.of(reward, List.of(input(new byte[] {1}, "red"), input(RED, "red")));
      assertThat(((RewardOutcome.Failure) outcomes.get(0)).reason())
          .startsWith("UnreadableImageException");
      assertThat(((RewardOutcome.Value) outcomes.get(1)).value()).isCloseTo(1, within(BYTE));
    }
  }

  @Test
  void aPromptOfUnknownWordsIsNoNumberOutOfNothing() throws IOException {
    try (PromptSimilarityReward reward = towers(1, 16)) {
      assertThat(Outcomes.of(reward, List.of(input(RED, "xyz"))))
          .containsExactly(new RewardOutcome.Value(0, "{\"cosine\":0.0}"));
    }
  }

  @Test
  void towersOfDifferentSpacesAreRefused() throws IOException {
    try (OnnxTextEncoder texts =
        OnnxTextEncoder.open(TextTower.write(folder, TextTower.SETTINGS))) {
      assertThatThrownBy(
              () -> new PromptSimilarityReward("hps", new ColorLayoutEncoder(), texts, 1, 1))
          .hasMessageContaining("The towers of reward hps have no common space");
    }
  }

  private static ScoringInput input(byte[] image, String prompt) {
    return new ScoringInput(
        "reason",
        Optional.of(prompt),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(image),
        Map.of(),
        Scripted.sample("{}"));
  }

  private static byte[] flat(int red, int green, int blue) {
    byte[] rgb = new byte[4 * 4 * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return new RgbImage(4, 4, rgb).toPng();
  }
}
