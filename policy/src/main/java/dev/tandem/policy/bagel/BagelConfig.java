package dev.tandem.policy.bagel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Sizes of a BAGEL model; everything else follows from them.
 *
 * @param llm the decoder
 * @param vit the vision tower
 * @param codec what turns images into latents
 * @param latentPatch codec cells per side of a latent token
 * @param maxLatentSize latent tokens per side that the position table covers
 * @param imageSize side of the images that the policy draws where no other image sets the size, in
 *     pixels
 * @param vitResize size at which the vision tower sees an image
 * @param latentResize size at which the codec sees an image
 */
public record BagelConfig(
    Llm llm,
    Vit vit,
    Codec codec,
    int latentPatch,
    int maxLatentSize,
    int imageSize,
    ResizeRule vitResize,
    ResizeRule latentResize) {

  /** The Qwen2 decoder with two experts per layer. */
  public record Llm(
      int vocabSize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      double ropeTheta,
      double rmsNormEps) {
    public int headSize() {
      return hiddenSize / heads;
    }
  }

  /** The SigLIP tower; {@code patchesPerSide} is the side of its position table. */
  public record Vit(
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int patchSize,
      int patchesPerSide,
      double layerNormEps) {}

  /** What turns images into latents. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Flux.class, name = "flux"),
    @JsonSubTypes.Type(value = Pixels.class, name = "pixels")
  })
  public sealed interface Codec {
    /** Pixels per side of a latent cell. */
    int downsample();

    int latentChannels();
  }

  /**
   * The FLUX autoencoder. Latents are {@code scaleFactor * (mean - shiftFactor)}.
   *
   * @param channels width of the first level; a multiple of 32, the number of norm groups
   * @param multipliers width of each level as a multiple of {@code channels}; every level but the
   *     last halves the resolution
   */
  public record Flux(
      int channels,
      int[] multipliers,
      int residualBlocks,
      int latentChannels,
      double scaleFactor,
      double shiftFactor)
      implements Codec {
    @Override
    public int downsample() {
      return 1 << (multipliers.length - 1);
    }

    /** This autoencoder with measured latent statistics. */
    public Flux withLatentStatistics(double scale, double shift) {
      return new Flux(channels, multipliers, residualBlocks, latentChannels, scale, shift);
    }
  }

  /** No autoencoder: latents are the pixels. */
  public record Pixels() implements Codec {
    @Override
    public int downsample() {
      return 1;
    }

    @Override
    public int latentChannels() {
      return 3;
    }
  }

  /** Pixels per side of a latent token. */
  int latentStride() {
    return codec.downsample() * latentPatch;
  }

  /** Latent tokens of an image of the given size. */
  Grid latentGrid(int width, int height) {
    return Grid.of(width, height, latentStride());
  }

  /** Latent tokens of a drawn image where no other image sets the size. */
  Grid latentGrid() {
    return latentGrid(imageSize, imageSize);
  }

  /** Values of a latent token. */
  public int latentTokenChannels() {
    return latentPatch * latentPatch * codec.latentChannels();
  }

  /** This configuration with another codec. */
  public BagelConfig withCodec(Codec other) {
    return new BagelConfig(
        llm, vit, other, latentPatch, maxLatentSize, imageSize, vitResize, latentResize);
  }

  /** The small configuration of the bundled policy, for images of 32 x 32 pixels. */
  public static BagelConfig bundled(int vocabSize) {
    return new BagelConfig(
        new Llm(vocabSize, 128, 320, 4, 4, 2, 10_000, 1e-6),
        new Vit(96, 256, 3, 4, 4, 8, 1e-6),
        new Flux(32, new int[] {1, 1, 2}, 1, 4, 1, 0),
        2,
        4,
        32,
        new ResizeRule(32, 16, 4, 32 * 32),
        new ResizeRule(32, 16, 8, 32 * 32));
  }

  /** BAGEL-7B-MoT as published, drawing at 1024 x 1024 pixels. */
  public static BagelConfig bagel7bMot() {
    return new BagelConfig(
        new Llm(152_064, 3584, 18_944, 28, 28, 4, 1e6, 1e-6),
        new Vit(1152, 4304, 26, 16, 14, 70, 1e-6),
        new Flux(128, new int[] {1, 2, 4, 4}, 2, 16, 0.3611, 0.1159),
        2,
        64,
        1024,
        new ResizeRule(980, 224, 14, ResizeRule.PUBLISHED_MAX_PIXELS),
        new ResizeRule(1024, 512, 16, ResizeRule.PUBLISHED_MAX_PIXELS));
  }
}
