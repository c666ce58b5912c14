package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;

/** A split of a packed sequence: its content, attention mode and positions. */
public sealed interface Piece {

  /** Token ids with their frame; causal, consecutive positions. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tokens(int[] ids) implements Piece {}

  /**
   * Vision-tower patches between markers; full attention, one position.
   *
   * @param planes {@code [3, height, width]} in [-1, 1], whole patches
   */
  record Vit(Tensor planes) implements Piece {}

  /**
   * Clean latents between markers; full attention, one position.
   *
   * @param planes {@code [3, height, width]} in [-1, 1], whole latent tokens
   */
  record Clean(Tensor planes) implements Piece {}

  /** Noisy latents between markers; seen only by themselves, one position. */
  record Noisy(Grid grid) implements Piece {}
}
