package dev.tandem.reward.catalog;

import dev.tandem.frozen.OnnxImageEncoder;
import dev.tandem.frozen.OnnxTextEncoder;
import dev.tandem.reward.PromptSimilarityReward;
import java.io.Serializable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A CLIP-style scorer.
 *
 * @param image its image tower, an {@code .onnx} file on every host; null where it is not used
 * @param text its text tower
 * @param scale what a cosine of one is worth
 * @param batch images that are encoded at once at most
 */
public record TowerSettings(@Nullable String image, @Nullable String text, double scale, int batch)
    implements Serializable {
  public TowerSettings {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("Invalid scale: %s (must be positive)".formatted(scale));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("Invalid batch: %d (must be at least 1)".formatted(batch));
    }
  }

  /** Whether both towers are given. */
  public boolean isGiven() {
    return image != null && text != null;
  }

  PromptSimilarityReward open(String name) {
    if (image == null || text == null) {
      throw new IllegalStateException("No towers are configured for reward " + name);
    }
    OnnxImageEncoder images = OnnxImageEncoder.open(Path.of(image));
    try {
      OnnxTextEncoder texts = OnnxTextEncoder.open(Path.of(text));
      try {
        return new PromptSimilarityReward(name, images, texts, scale, batch);
      } catch (RuntimeException e) {
        texts.close();
        throw e;
      }
    } catch (RuntimeException e) {
      images.close();
      throw e;
    }
  }
}
