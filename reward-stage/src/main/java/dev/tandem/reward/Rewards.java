package dev.tandem.reward;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.reward.GenEvalReward.Score;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.detector.Detector;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The rewards that need no weights and no server. */
public final class Rewards {
  private Rewards() {}

  /** Makes rewards by name; those that look for objects share one detection of each image. */
  public static List<Reward> load(Collection<String> names) {
    Map<String, Supplier<Reward>> known = local();
    return names.stream().map(name -> find(known, name).get()).toList();
  }

  /** By name, what makes each of them; those made by one map share detections. */
  public static Map<String, Supplier<Reward>> local() {
    Function<RgbImage, List<Detection>> detector = new RecentDetections(Detector::detect);
    Map<String, Supplier<Reward>> known = new TreeMap<>();
    known.put(AccuracyReward.NAME, AccuracyReward::new);
    known.put(FormatReward.NAME, FormatReward::new);
    known.put(
        ReferenceSimilarityReward.NAME,
        () -> new ReferenceSimilarityReward(new ColorLayoutEncoder()));
    for (Score score : Score.values()) {
      known.put(score.rewardName(), () -> new GenEvalReward(score, detector));
    }
    return known;
  }

  private static Supplier<Reward> find(Map<String, Supplier<Reward>> known, String name) {
    Supplier<Reward> reward = known.get(name);
    if (reward == null) {
      throw new UserError(
          "Unknown reward: %s (expected one of %s)"
              .formatted(name, String.join(", ", known.keySet())));
    }
    return reward;
  }
}
