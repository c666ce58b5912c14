package dev.tandem.jobs.pretrain;

import dev.tandem.policy.bagel.ImageCodec;
import dev.tandem.policy.bagel.Patches;
import dev.tandem.policy.bagel.Tensors;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Gives rendered images the look of drawn ones: through the autoencoder, with a little noise on the
 * latents. A critic that had only seen renderings would be surprised by the policy's own images.
 */
final class DrawnLook {
  /** Latents have deviation 1. */
  private static final double NOISE = 0.1;

  private final ImageCodec codec;

  DrawnLook(ImageCodec codec) {
    this.codec = codec;
  }

  RgbImage apply(RgbImage image, RandomKey key) {
    try (NoGradGuard guard = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      Tensor latents = codec.encode(Patches.planes(List.of(image)));
      float[] noise = key.random().nextGaussians(Math.toIntExact(latents.numel()));
      Tensor noisy = latents.add(Tensor.create(noise, latents.shape()).mul(new Scalar(NOISE)));
      float[] planes = Tensors.floats(codec.decode(noisy));
      return Patches.image(planes, 0, image.width(), image.height());
    }
  }
}
