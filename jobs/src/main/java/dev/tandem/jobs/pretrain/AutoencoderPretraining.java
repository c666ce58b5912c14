package dev.tandem.jobs.pretrain;

import dev.tandem.policy.bagel.BagelConfig;
import dev.tandem.policy.bagel.FluxAutoencoder;
import dev.tandem.policy.bagel.Patches;
import dev.tandem.policy.bagel.SupervisedLoss;
import dev.tandem.policy.bagel.Tensors;
import dev.tandem.policy.bagel.Weights;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Trains the autoencoder on rendered scenes. */
final class AutoencoderPretraining {
  private static final double KL_WEIGHT = 1e-4;
  private static final int STATISTICS_IMAGES = 512;

  private final BagelConfig config;
  private final BagelConfig.Flux flux;
  private final FluxAutoencoder autoencoder;
  private final RandomKey key;

  AutoencoderPretraining(BagelConfig config, Weights weights, RandomKey key) {
    this.config = config;
    this.flux = (BagelConfig.Flux) config.codec();
    this.autoencoder = new FluxAutoencoder(weights, flux);
    this.key = key.with("autoencoder");
  }

  Map<String, Double> step(PretrainOptimizer optimizer, int step, int batch, int microBatches) {
    List<LossFunction<Map<String, Double>>> losses = new ArrayList<>();
    for (int i = 0; i < microBatches; i++) {
      RandomKey batchKey = key.with(step).with(i);
      losses.add(
          () -> {
            List<RgbImage> images = images(batchKey, batch / microBatches);
            int side = config.imageSize() / flux.downsample();
            float[] noise =
                batchKey
                    .with("posterior")
                    .random()
                    .nextGaussians(images.size() * flux.latentChannels() * side * side);
            return SupervisedLoss.autoencoderLoss(autoencoder, images, noise, KL_WEIGHT);
          });
    }
    return optimizer.step(step, losses);
  }

  static List<RgbImage> images(RandomKey key, int count) {
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CounterRandom random = key.with(i).random();
      Scene scene =
          random.nextBoolean(0.5) ? Scene.draw(random) : PromptTask.draw(random).scene(random);
      images.add(Renderer.render(scene));
    }
    return images;
  }

  /** The configuration with the scale and shift that give latents mean 0 and deviation 1. */
  BagelConfig measureLatents() {
    double sum = 0;
    double squares = 0;
    long count = 0;
    try (NoGradGuard guard = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      float[] means =
          Tensors.floats(
              autoencoder
                  .moments(Patches.planes(images(key.with("statistics"), STATISTICS_IMAGES)))
                  .narrow(1, 0, flux.latentChannels()));
      for (float mean : means) {
        sum += mean;
        squares += (double) mean * mean;
        count++;
      }
    }
    double shift = sum / count;
    return config.withCodec(
        flux.withLatentStatistics(1 / Math.sqrt(squares / count - shift * shift), shift));
  }
}
