package dev.tandem.policy;

import dev.tandem.schemas.image.RgbImage;

/** A part of the context that precedes what a policy writes or draws. */
public sealed interface Segment {

  /**
   * What the policy is told before all else: framed and read like text, but not the prompt's, so
   * that it stays where guidance drops the text.
   */
  record SystemPrompt(String text) implements Segment {}

  /** Text, framed by the start and end tokens; attends causally. */
  record Text(String text) implements Segment {}

  /** An image seen by the vision tower. */
  record VitImage(RgbImage image) implements Segment {}

  /** An image as clean autoencoder latents, for editing. */
  record VaeImage(RgbImage image) implements Segment {}

  /** Whether this is what guidance calls the text. */
  default boolean isText() {
    return this instanceof Text;
  }

  /** Whether this is what guidance calls the image. */
  default boolean isImage() {
    return this instanceof VitImage || this instanceof VaeImage;
  }
}
