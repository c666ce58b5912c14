package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.reward.GenEvalReward.Score;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Box;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class RewardScorerTest {
  private static final String TWO_STARS =
      """
      {"include": [{"class": "star", "count": 2}]}\
      """;

  @Test
  void whatIsMissingIsAFailure() {
    ScoringInput empty = input(Optional.empty(), Optional.empty(), Optional.empty(), "{}");
    assertThat(outcome(new AccuracyReward(), empty))
        .isEqualTo(new RewardOutcome.Failure("missing", "the rollout has no text"));
    assertThat(outcome(geneval(Score.STRICT), empty))
        .isEqualTo(new RewardOutcome.Failure("missing", "the rollout has no image"));
    ScoringInput drawn =
        input(Optional.empty(), Optional.of(png(1)), Optional.empty(), "{\"include\": []}");
    assertThat(outcome(geneval(Score.STRICT), drawn))
        .isEqualTo(
            new RewardOutcome.Failure("missing", "the sample's metadata has no include list"));
  }

  @Test
  void anExceptionIsAFailureWithItsMessage() {
    ScoringInput corrupt =
        input(Optional.empty(), Optional.of(new byte[] {1, 2}), Optional.empty(), TWO_STARS);
    RewardOutcome outcome = outcome(geneval(Score.GRADED), corrupt);
    assertThat(((RewardOutcome.Failure) outcome).reason())
        .isEqualTo("UnreadableImageException: 2 bytes in no known image format");
  }

  @Test
  void aValueOutsideTheRangeIsAFailure() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1.5, -0.1}) {
      assertThat(outcome(new ConstantReward(value), answer("A")))
          .isEqualTo(new RewardOutcome.Failure("range", "the value is no number in [0.0, 1.0]"));
    }
    assertThat(outcome(new ConstantReward(1), answer("A")))
        .isEqualTo(new RewardOutcome.Value(1, "{}"));
  }

  @Test
  void accuracyReadsTheOptionsOfTheQuestion() {
    assertThat(outcome(new AccuracyReward(), answer("three")))
        .isEqualTo(new RewardOutcome.Value(1, "{\"chosen\":\"B\",\"expected\":\"B\"}"));
    assertThat(outcome(new AccuracyReward(), answer("A or B")))
        .isEqualTo(new RewardOutcome.Value(0, "{\"chosen\":null,\"expected\":\"B\"}"));
  }

  @Test
  void anAnswerKeyThatNamesNoOptionIsAFailureNotAZero() {
    ScoringInput input = input(Optional.of("B"), Optional.empty(), Optional.of("seventeen"), "{}");
    assertThat(outcome(new AccuracyReward(), input))
        .isEqualTo(
            new RewardOutcome.Failure("sample", "the sample's answer names none of its options"));
  }

  @Test
  void genEvalScoresWhatTheDetectorFinds() {
    ScoringInput input = input(Optional.empty(), Optional.of(png(1)), Optional.empty(), TWO_STARS);
    RewardOutcome strict = outcome(geneval(Score.STRICT, star(), star()), input);
    RewardOutcome missing = outcome(geneval(Score.STRICT, star()), input);
    RewardOutcome server =
        outcome(
            geneval(Score.REWARD_SERVER, star(), star(), star(), star(), star(), star()), input);

    assertThat(((RewardOutcome.Value) strict).value()).isEqualTo(1);
    assertThat(((RewardOutcome.Value) missing).value()).isEqualTo(0);
    assertThat(((RewardOutcome.Value) missing).detail()).contains("\"class\":\"star\"", "faults");
    assertThat(((RewardOutcome.Value) server).value()).isNegative();
  }

  @Test
  void similarityIsOneForTheSameImageAndLessForAnother() {
    assertThat(similarity(png(1), png(1))).isGreaterThan(0.999);
    assertThat(similarity(png(1), png(2))).isBetween(0.0, 0.95);
  }

  @Test
  void unknownRewardsNameTheKnownOnes() {
    assertThat(Rewards.load(List.of("geneval_graded", "accuracy")))
        .extracting(Reward::name)
        .containsExactly("geneval_graded", "accuracy");
    Assertions.assertThatThrownBy(() -> Rewards.load(List.of("acuracy")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Unknown reward: acuracy (expected one of accuracy, format, geneval_graded,"
                + " geneval_reward_server, geneval_strict, reference_similarity)");
  }

  private static RewardOutcome outcome(Reward reward, ScoringInput input) {
    return Outcomes.of(reward, List.of(input)).get(0);
  }

  private static double similarity(byte[] generated, byte[] reference) {
    ScoringInput.Sample sample =
        new ScoringInput.Sample(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "{}",
            Optional.of(reference));
    ScoringInput input =
        new ScoringInput("reason", Optional.empty(), Optional.of(generated), sample);
    Reward reward = new ReferenceSimilarityReward(new ColorLayoutEncoder());
    return ((RewardOutcome.Value) outcome(reward, input)).value();
  }

  private static ScoringInput answer(String text) {
    return input(Optional.of(text), Optional.empty(), Optional.of("B"), "{}");
  }

  private static ScoringInput input(
      Optional<String> text, Optional<byte[]> image, Optional<String> answer, String metadata) {
    ScoringInput.Sample sample =
        new ScoringInput.Sample(
            Optional.of("How many?\nA. two\nB. three"),
            List.of(),
            answer,
            Optional.of("counting"),
            metadata,
            Optional.empty());
    return new ScoringInput("reason", text, image, sample);
  }

  private static Reward geneval(Score score, Detection... found) {
    return new GenEvalReward(score, image -> List.of(found));
  }

  private static Detection star() {
    return new Detection("star", new Box(2, 2, 10, 10), 0.95, "red");
  }

  private static byte[] png(long seed) {
    byte[] pixels = new byte[32 * 32 * 3];
    new Random(seed).nextBytes(pixels);
    return new RgbImage(32, 32, pixels).toPng();
  }

  private record ConstantReward(double value) implements SingleReward {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public Set<Need> needs() {
      return Set.of();
    }

    @Override
    public Range range() {
      return Range.UNIT;
    }

    @Override
    public RewardOutcome score(ScoringInput input) {
      return new RewardOutcome.Value(value, "{}");
    }
  }
}
