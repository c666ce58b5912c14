package dev.tandem.reward.judge;

import dev.tandem.reward.ScoringInput;
import dev.tandem.schemas.image.RgbImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Rollouts with an image for tests. */
final class ScoringInputs {
  static final String TWO_DOGS =
      """
      {"include": [{"class": "dog", "count": 2}],\
       "yn_question_list": ["Are there dogs?", "Is one red?"], "yn_answer_list": ["yes", "no"]}\
      """;

  private ScoringInputs() {}

  /** Another image for each shade. */
  static ScoringInput drawn(int shade) {
    return drawn(shade, TWO_DOGS);
  }

  static ScoringInput drawn(int shade, String metadata) {
    return new ScoringInput(
        "reason",
        Optional.of("two dogs"),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(new RgbImage(1, 1, new byte[] {(byte) shade, 0, 0}).toPng()),
        Map.of(),
        new ScoringInput.Sample(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of("counting"),
            metadata,
            Optional.empty()));
  }
}
