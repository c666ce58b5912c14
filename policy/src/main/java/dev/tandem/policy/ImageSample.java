package dev.tandem.policy;

import dev.tandem.schemas.image.RgbImage;
import java.util.List;

/**
 * A sampled image.
 *
 * @param image the decoded image
 * @param steps the stochastic steps, in order; empty for deterministic sampling
 */
public record ImageSample(RgbImage image, List<FlowStep> steps) {
  public ImageSample {
    steps = List.copyOf(steps);
  }
}
