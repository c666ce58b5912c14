package dev.tandem.tests;

import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.BagelConfig;
import dev.tandem.policy.bagel.Initialization;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.bagel.ResizeRule;
import dev.tandem.policy.bagel.Weights;
import dev.tandem.policy.tokenizer.BpeTrainer;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.tokenizer.TokenizerJson;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A policy of random weights for ShapeWorld's images: it knows nothing, but quickly. */
final class SmallPolicy {
  private static final int VOCABULARY = 280;

  private SmallPolicy() {}

  /** Writes the policy's folder below the parent. */
  static Path write(Path parent) {
    Torch.use();
    Path tokenizerFile = parent.resolve("tokenizer.json");
    TokenizerJson.write(
        tokenizerFile, BpeTrainer.train(List.of("a photo of a red circle"), VOCABULARY));
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
      BagelConfig config =
          new BagelConfig(
              new BagelConfig.Llm(tokenizer.size(), 32, 48, 2, 4, 2, 10_000, 1e-6),
              new BagelConfig.Vit(24, 40, 2, 3, 4, 8, 1e-6),
              new BagelConfig.Flux(32, new int[] {1, 1, 2}, 1, 4, 1, 0),
              2,
              4,
              32,
              new ResizeRule(32, 16, 4, 32 * 32),
              new ResizeRule(32, 16, 8, 32 * 32));
      RandomKey key = RandomKey.of(7);
      Weights weights = Initialization.model(config, key);
      // A fresh velocity head is zero, which would make every latent alike.
      Tensor head = weights.tensors().get("llm2vae.weight");
      head.add_(torch.ones_like(head), new Scalar(0.05));
      Path folder = parent.resolve("policy");
      PolicyFiles.save(folder, config, tokenizerFile, weights, Initialization.codec(config, key));
      return folder;
    }
  }
}
