package dev.tandem.rollout;

import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.TextSampling;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the rollouts of one stage are sampled. */
public final class StageSampling implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TextSampling text;
  private final @Nullable ImageSampling image;

  private StageSampling(TextSampling text, @Nullable ImageSampling image) {
    this.text = text;
    this.image = image;
  }

  /** A stage that writes text and draws nothing. */
  public static StageSampling ofText(TextSampling text) {
    return new StageSampling(text, null);
  }

  /** A stage that writes text and then draws an image. */
  public static StageSampling ofTextAndImage(TextSampling text, ImageSampling image) {
    return new StageSampling(text, image);
  }

  /** How text is sampled. */
  public TextSampling text() {
    return text;
  }

  /** How images are sampled; empty where the stage draws none. */
  public Optional<ImageSampling> image() {
    return Optional.ofNullable(image);
  }
}
