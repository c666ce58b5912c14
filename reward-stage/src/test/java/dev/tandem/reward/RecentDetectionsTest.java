package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reward.GenEvalReward.Score;
import dev.tandem.schemas.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentDetectionsTest {
  @Test
  void rewardsThatScoreABatchInTurnShareItsDetections() {
    List<RgbImage> detected = new ArrayList<>();
    RecentDetections detections =
        new RecentDetections(
            image -> {
              detected.add(image);
              return List.of();
            });
    List<ScoringInput> batch =
        IntStream.range(0, RecentDetections.IMAGES).mapToObj(RecentDetectionsTest::input).toList();

    Outcomes.of(new GenEvalReward(Score.STRICT, detections), batch);
    Outcomes.of(new GenEvalReward(Score.GRADED, detections), batch);
    assertThat(detected).hasSize(batch.size()).doesNotHaveDuplicates();

    Outcomes.of(new GenEvalReward(Score.STRICT, detections), List.of(input(-1), input(0)));
    assertThat(detected).hasSize(batch.size() + 2); // the eldest was forgotten
  }

  private static ScoringInput input(int red) {
    byte[] image = new RgbImage(1, 1, new byte[] {(byte) red, 0, 0}).toPng();
    return new ScoringInput(
        "reason",
        Optional.empty(),
        Optional.of(image),
        new ScoringInput.Sample(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of("counting"),
            "{\"include\": [{\"class\": \"star\", \"count\": 1}]}",
            Optional.empty()));
  }
}
