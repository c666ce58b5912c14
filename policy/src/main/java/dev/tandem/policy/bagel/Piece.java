package dev.tandem.policy.bagel;

import dev.tandem.schemas.image.RgbImage;

/** A split of a packed sequence: its content, attention mode and positions. */
public sealed interface Piece {

  /** Token ids with their frame; causal, consecutive positions. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tokens(int[] ids) implements Piece {}

  /** Vision-tower patches between markers; full attention, one position. */
  record Vit(RgbImage image) implements Piece {}

  /** Clean latents between markers; full attention, one position. */
  record Clean(RgbImage image) implements Piece {}

  /** Noisy latents between markers; seen only by themselves, one position. */
  record Noisy() implements Piece {}
}
