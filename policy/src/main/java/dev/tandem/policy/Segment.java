package dev.tandem.policy;

import dev.tandem.schemas.image.RgbImage;

/** A part of the context that precedes what a policy writes or draws. */
public sealed interface Segment {

  /** Text, framed by the start and end tokens; attends causally. */
  record Text(String text) implements Segment {}

  /** An image seen by the vision tower. */
  record VitImage(RgbImage image) implements Segment {}

  /** An image as clean autoencoder latents, for editing. */
  record VaeImage(RgbImage image) implements Segment {}
}
