package dev.tandem.reward;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers what was found in the last image, since several rewards look at one in turn. */
final class LastDetection implements Function<RgbImage, List<Detection>> {
  private final Function<RgbImage, List<Detection>> detector;
  private @Nullable RgbImage image;
  private List<Detection> found = List.of();

  LastDetection(Function<RgbImage, List<Detection>> detector) {
    this.detector = detector;
  }

  @Override
  public List<Detection> apply(RgbImage next) {
    if (!next.equals(image)) {
      image = null;
      found = List.copyOf(detector.apply(next));
      image = next;
    }
    return found;
  }
}
