package dev.tandem.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.BagelConfig;
import dev.tandem.policy.bagel.ContextEncoder;
import dev.tandem.policy.bagel.Initialization;
import dev.tandem.policy.bagel.Piece;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.bagel.Weights;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Policy folders of random weights, none of which is zero or one, that both sides load. */
final class RandomPolicy {
  private static final String TOKENIZER = "/dev/tandem/policy/bundled/tokenizer.json";
  private static final long SEED = 1;

  private RandomPolicy() {}

  /** Sizes to measure. */
  enum Size {
    BUNDLED {
      @Override
      BagelConfig config(int vocabulary) {
        return BagelConfig.bundled(vocabulary);
      }
    },
    LARGE {
      @Override
      BagelConfig config(int vocabulary) {
        BagelConfig small = BagelConfig.bundled(vocabulary);
        return new BagelConfig(
            new BagelConfig.Llm(vocabulary, 512, 1408, 8, 8, 4, 10_000, 1e-6),
            small.vit(),
            small.codec(),
            small.latentPatch(),
            small.maxLatentSize(),
            small.imageSize(),
            small.vitResize(),
            small.latentResize());
      }
    };

    abstract BagelConfig config(int vocabulary);
  }

  /** Writes a folder, with the ids that Python needs instead of a tokenizer in tokens.json. */
  static void write(Path folder, Size size) throws IOException {
    Torch.use();
    Path tokenizerFile = Files.createTempFile("tokenizer", ".json");
    try (InputStream bundled = RandomPolicy.class.getResourceAsStream(TOKENIZER)) {
      Files.copy(
          Objects.requireNonNull(bundled), tokenizerFile, StandardCopyOption.REPLACE_EXISTING);
    }
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
      BagelConfig config = size.config(tokenizer.size());
      Weights weights = Initialization.model(config, RandomKey.of(SEED));
      Weights codec = Initialization.codec(config, RandomKey.of(SEED));
      torch.manual_seed(SEED);
      disturb(weights);
      disturb(codec);
      PolicyFiles.save(folder, config, tokenizerFile, weights, codec);
    } finally {
      Files.delete(tokenizerFile);
    }
    try (PolicyFiles files = PolicyFiles.load(folder, false)) {
      ContextEncoder encoder = new ContextEncoder(files.model(), files.tokenizer());
      Piece.Tokens prompt = (Piece.Tokens) encoder.pieces(Workload.PROMPT).get(0);
      Map<String, Object> ids =
          Map.of(
              "bos", files.tokenizer().id("<|im_start|>"),
              "eos", files.tokenizer().id("<|im_end|>"),
              "vision_start", files.tokenizer().id("<|vision_start|>"),
              "vision_end", files.tokenizer().id("<|vision_end|>"),
              "prompt", prompt.ids());
      new ObjectMapper().writeValue(folder.resolve("tokens.json").toFile(), ids);
    }
  }

  /** Moves biases, norms and the velocity head away from their plain start. */
  private static void disturb(Weights weights) {
    try (PointerScope scope = new PointerScope()) {
      weights
          .tensors()
          .forEach(
              (name, tensor) -> {
                if (tensor.dim() == 1 || name.startsWith("llm2vae")) {
                  Tensor noise = torch.randn_like(tensor);
                  tensor.add_(noise, new Scalar(0.1));
                }
              });
    }
  }
}
