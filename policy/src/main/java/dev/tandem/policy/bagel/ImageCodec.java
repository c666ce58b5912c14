package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;

/** Between image planes {@code [B, 3, height, width]} in [-1, 1] and latents. */
public sealed interface ImageCodec permits FluxAutoencoder, PixelCodec {

  /** Latents {@code [B, channels, height / down, width / down]}. */
  Tensor encode(Tensor planes);

  /** Planes of latents, not clamped. */
  Tensor decode(Tensor latents);
}
