package dev.tandem.policy.bagel;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.Segment;
import dev.tandem.policy.bagel.DenoisingPass.Memory;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The velocity of a batch of noisy latents, with classifier-free guidance where it applies. Rollout
 * and replay evaluate the same one.
 */
final class Denoiser {
  private final Guidance guidance;
  private final DenoisingPass full;
  private final @Nullable DenoisingPass textDropped;
  private final @Nullable DenoisingPass imageDropped;

  /** Passes after given memories; null where guidance needs none. */
  Denoiser(
      Guidance guidance,
      DenoisingPass full,
      @Nullable DenoisingPass textDropped,
      @Nullable DenoisingPass imageDropped) {
    this.guidance = guidance;
    this.full = full;
    this.textDropped = textDropped;
    this.imageDropped = imageDropped;
  }

  /** Velocities {@code [B, N, C]} at flow time {@code t}. */
  Tensor velocity(Tensor latents, double t) {
    Tensor velocity = full.velocity(latents, t);
    if (textDropped == null || !guidance.isActiveAt(t)) {
      return velocity;
    }
    return new GuidedVelocity(guidance)
        .combine(
            velocity,
            textDropped.velocity(latents, t),
            imageDropped == null ? null : imageDropped.velocity(latents, t));
  }

  /** Builds denoisers; guidance reads the reduced contexts that it needs, once for a group. */
  static final class Factory {
    private final BagelModel model;
    private final ContextEncoder encoder;
    private final TextReader texts;

    Factory(BagelModel model, ContextEncoder encoder) {
      this.model = model;
      this.encoder = encoder;
      this.texts = new TextReader(model);
    }

    /**
     * A denoiser after a context.
     *
     * @param segments what was read
     * @param generated texts that were generated after it; null where there are none
     * @param memory keys and values of both
     */
    Denoiser create(
        List<Segment> segments, @Nullable TaughtTexts generated, Memory memory, Guidance guidance) {
      Grid grid = encoder.drawnGrid(segments);
      DenoisingPass full = pass(grid, memory);
      if (!guidance.isActive()) {
        return new Denoiser(guidance, full, null, null);
      }
      int rows = memory.lengths().length;
      Prefix untold = encoder.encode(segments.stream().filter(s -> !s.isText()).toList());
      DenoisingPass textDropped = pass(grid, Memory.of(untold, rows));
      // Without an image, dropping it changes nothing.
      boolean dropsImage = guidance.dropsImage() && segments.stream().anyMatch(Segment::isImage);
      return new Denoiser(
          guidance,
          full,
          textDropped,
          dropsImage ? pass(grid, withoutImages(segments, generated, rows)) : null);
    }

    private Memory withoutImages(
        List<Segment> segments, @Nullable TaughtTexts generated, int rows) {
      Prefix prefix = encoder.encode(segments.stream().filter(s -> !s.isImage()).toList());
      return generated == null
          ? Memory.of(prefix, rows)
          : Memory.of(prefix, generated, texts.read(prefix, generated));
    }

    private DenoisingPass pass(Grid grid, Memory memory) {
      return new DenoisingPass(model, encoder.special(), grid, memory);
    }
  }
}
