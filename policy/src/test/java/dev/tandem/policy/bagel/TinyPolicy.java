package dev.tandem.policy.bagel;

import dev.tandem.policy.Torch;
import dev.tandem.policy.tokenizer.BpeTrainer;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.tokenizer.TokenizerJson;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** A policy of random weights, small enough to sample in milliseconds. */
final class TinyPolicy {
  private TinyPolicy() {}

  /** Writes a policy folder whose plans and velocities are far from trivial. */
  static Path write(Path parent) {
    return write(parent, new BagelConfig.Flux(32, new int[] {1, 1}, 1, 4, 1, 0));
  }

  /** The same with a codec of choice; latent tokens cover 4 x 4 pixels. */
  static Path write(Path parent, BagelConfig.Codec codec) {
    Torch.use();
    Path tokenizerFile = parent.resolve("tokenizer.json");
    TokenizerJson.write(
        tokenizerFile,
        BpeTrainer.train(List.of("a photo of a red circle", "<think>red circle</think>"), 280));
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
      BagelConfig config =
          new BagelConfig(
              new BagelConfig.Llm(tokenizer.size(), 32, 48, 2, 4, 2, 10_000, 1e-6),
              new BagelConfig.Vit(24, 40, 2, 3, 4, 4, 1e-6),
              codec,
              4 / codec.downsample(),
              4,
              16,
              new ResizeRule(16, 8, 4, 16 * 16),
              new ResizeRule(16, 8, 4, 16 * 16));
      RandomKey key = RandomKey.of(7);
      Weights weights = Initialization.model(config, key);
      // A fresh velocity head is zero, which would make every latent alike.
      weights
          .tensor("llm2vae.weight")
          .add_(torch.ones_like(weights.tensor("llm2vae.weight")), new Scalar(0.05));
      Path folder = parent.resolve("policy");
      PolicyFiles.save(folder, config, tokenizerFile, weights, Initialization.codec(config, key));
      return folder;
    }
  }
}
