package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;

/** The pixels themselves as latents, for models that draw without an autoencoder. */
final class PixelCodec implements ImageCodec {

  @Override
  public Tensor encode(Tensor planes) {
    return planes;
  }

  @Override
  public Tensor decode(Tensor latents) {
    return latents;
  }
}
