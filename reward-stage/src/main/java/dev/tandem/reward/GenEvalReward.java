package dev.tandem.reward;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Box;
import dev.tandem.shapeworld.geneval.Detection;
import dev.tandem.shapeworld.geneval.GenEvalJson;
import dev.tandem.shapeworld.geneval.GenEvalMetadata;
import dev.tandem.shapeworld.geneval.GenEvalRules;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Checks the objects detected in the generated image against the prompt's metadata by GenEval's
 * rules (arXiv 2310.11513).
 */
public final class GenEvalReward implements SingleReward {
  private final Score score;
  private final Function<RgbImage, List<Detection>> detector;

  /**
   * @param score which of GenEval's scores
   * @param detector finds the objects of an image
   */
  public GenEvalReward(Score score, Function<RgbImage, List<Detection>> detector) {
    this.score = score;
    this.detector = detector;
  }

  /** GenEval's three scores. */
  public enum Score {
    /** 1 where the benchmark's rule holds, else 0. */
    STRICT("geneval_strict"),
    /** The share of the demands that hold. */
    GRADED("geneval_graded"),
    /** The published training server's score, negative where far too many objects are found. */
    REWARD_SERVER("geneval_reward_server");

    private final String rewardName;

    Score(String rewardName) {
      this.rewardName = rewardName;
    }

    /** The name of the reward. */
    public String rewardName() {
      return rewardName;
    }

    private Range range() {
      return this == REWARD_SERVER ? new Range(Double.NEGATIVE_INFINITY, 1) : Range.UNIT;
    }

    private double of(GenEvalMetadata metadata, List<Detection> detections) {
      return switch (this) {
        case STRICT -> GenEvalRules.strict(metadata, detections).correct() ? 1 : 0;
        case GRADED -> GenEvalRules.graded(metadata, detections);
        case REWARD_SERVER -> GenEvalRules.rewardServer(metadata, detections).score();
      };
    }
  }

  @Override
  public String name() {
    return score.rewardName();
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.IMAGE, Need.METADATA);
  }

  @Override
  public Range range() {
    return score.range();
  }

  @Override
  public RewardOutcome score(ScoringInput input) throws IOException {
    GenEvalMetadata metadata =
        GenEvalJson.parse(input.sample().tag().orElse(""), input.sample().metadata());
    List<Detection> detections = detector.apply(RgbImage.decode(input.image().orElseThrow()));
    return new RewardOutcome.Value(
        score.of(metadata, detections),
        Json.object(
            "detected",
            detections.stream().map(GenEvalReward::describe).toList(),
            "faults",
            GenEvalRules.strict(metadata, detections).reason()));
  }

  private static Map<String, Object> describe(Detection detection) {
    Box box = detection.box();
    Map<String, Object> description = new TreeMap<>();
    description.put("class", detection.objectClass());
    description.put("color", detection.color());
    description.put("box", List.of(box.left(), box.top(), box.right(), box.bottom()));
    description.put("score", detection.score());
    return description;
  }
}
