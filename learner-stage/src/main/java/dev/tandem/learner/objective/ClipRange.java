package dev.tandem.learner.objective;

import java.io.Serializable;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The ratios {@code 1 - low .. 1 + high} in which an update may move a probability freely.
 *
 * @param low distance below 1; 1 or more leaves that side open
 * @param high distance above 1
 */
public record ClipRange(double low, double high) implements Serializable {
  public ClipRange {
    if (!(low >= 0) || !(high >= 0)) {
      throw new IllegalArgumentException(
          "Invalid clip range: low %s, high %s (must not be negative)".formatted(low, high));
    }
  }

  /** The same distance on both sides of 1. */
  public static ClipRange symmetric(double distance) {
    return new ClipRange(distance, distance);
  }

  Tensor clamp(Tensor ratio) {
    return ratio.clamp(
        new ScalarOptional(new Scalar(1 - low)), new ScalarOptional(new Scalar(1 + high)));
  }
}
