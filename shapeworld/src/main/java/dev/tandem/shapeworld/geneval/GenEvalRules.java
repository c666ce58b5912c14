package dev.tandem.shapeworld.geneval;

import java.util.Collection;
import java.util.Map;

/**
 * Judges detected objects by GenEval's rules. Before every rule the detections are filtered as the
 * benchmark does: score above 0.3 (0.9 for counting prompts), most confident first, at most 16 of a
 * class, no suppression of overlaps.
 */
public final class GenEvalRules {
  private GenEvalRules() {}

  /** The benchmark's rule. */
  public static Verdict strict(GenEvalMetadata metadata, Collection<Detection> detections) {
    return BenchmarkRule.judge(metadata, KeptDetections.of(metadata, detections));
  }

  /**
   * The share of the prompt's demands (count, colour, position, exclusion) that hold, in [0, 1]; 1
   * exactly where {@link #strict} is correct.
   */
  public static double graded(GenEvalMetadata metadata, Collection<Detection> detections) {
    return GradedRule.score(metadata, KeptDetections.of(metadata, detections));
  }

  /** The published reward server's score, which can be negative. */
  public static RewardServerScore rewardServer(
      GenEvalMetadata metadata, Collection<Detection> detections) {
    return RewardServerRule.score(metadata, KeptDetections.of(metadata, detections));
  }

  /** How many detections of each class pass the filter; classes without any are absent. */
  public static Map<String, Integer> kept(
      GenEvalMetadata metadata, Collection<Detection> detections) {
    return KeptDetections.of(metadata, detections).counts();
  }
}
