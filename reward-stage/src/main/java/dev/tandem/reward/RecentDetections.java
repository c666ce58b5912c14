package dev.tandem.reward;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Remembers what was found in the last images, since several rewards score a batch in turn and look
 * at the same ones. Several threads may ask: a product with a judge's reward is computed in another
 * than the rest.
 */
final class RecentDetections implements Function<RgbImage, List<Detection>> {
  /** The images of a batch: a group, or what {@link ScoreRows} gathers. */
  static final int IMAGES = 64;

  private final Function<RgbImage, List<Detection>> detector;
  private final Map<RgbImage, List<Detection>> found =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RgbImage, List<Detection>> eldest) {
          return size() > IMAGES;
        }
      };

  RecentDetections(Function<RgbImage, List<Detection>> detector) {
    this.detector = detector;
  }

  @Override
  public synchronized List<Detection> apply(RgbImage image) {
    List<Detection> known = found.get(image);
    if (known != null) {
      return known;
    }
    List<Detection> detections = List.copyOf(detector.apply(image));
    found.put(image, detections);
    return detections;
  }
}
