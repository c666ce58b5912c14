package dev.tandem.policy;

import java.io.Serializable;

/**
 * Classifier-free guidance of BAGEL (R3): the velocity is pushed away from the one without the
 * prompt's text and from the one without its image, then shortened to its former norm. Image
 * guidance refines text guidance: with text scale 1 there is none.
 *
 * <p>Rollout and replay apply the same guidance, so that the importance ratio before the first
 * update is 1.
 *
 * @param textScale from 1 on; 1 needs no evaluation without the text
 * @param imageScale from 1 on; 1 needs no evaluation without the image
 * @param low guidance applies at flow times above this one, from 0 on
 * @param high guidance applies at flow times up to this one, at most 1
 * @param renorm what the guided velocity's norm is compared by
 * @param renormMinimum the least factor of the shortening, in [0, 1]; 1 switches it off
 */
public record Guidance(
    double textScale,
    double imageScale,
    double low,
    double high,
    Renorm renorm,
    double renormMinimum)
    implements Serializable {

  /** No guidance: one evaluation a step. */
  public static final Guidance NONE = new Guidance(1, 1, 0, 1, Renorm.GLOBAL, 0);

  /** By which norms the guided velocity is shortened. */
  public enum Renorm {
    /** The norm over all tokens and channels of an image. */
    GLOBAL,
    /** The norm of each token. */
    CHANNEL,
    /** The norm of each token after text guidance, before image guidance. */
    TEXT_CHANNEL
  }

  public Guidance {
    checkScale("text_scale", textScale);
    checkScale("image_scale", imageScale);
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new IllegalArgumentException(
          "Invalid guidance: low %s, high %s (expected 0 <= low < high <= 1)".formatted(low, high));
    }
    if (!(renormMinimum >= 0 && renormMinimum <= 1)) {
      throw new IllegalArgumentException(
          "Invalid guidance: renorm_minimum %s (expected a number in [0, 1])"
              .formatted(renormMinimum));
    }
  }

  private static void checkScale(String name, double scale) {
    if (!(scale >= 1) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "Invalid guidance: %s %s (expected a number from 1 on; 1 is no guidance)"
              .formatted(name, scale));
    }
  }

  /** Whether any flow time is guided: then the context without the text is needed. */
  public boolean isActive() {
    return textScale > 1;
  }

  /** Whether the velocity at a flow time is guided. */
  public boolean isActiveAt(double t) {
    return isActive() && t > low && t <= high;
  }

  /** Whether guided steps also need the velocity without the image. */
  public boolean dropsImage() {
    return isActive() && imageScale > 1;
  }
}
