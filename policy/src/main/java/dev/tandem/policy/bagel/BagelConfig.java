package dev.tandem.policy.bagel;

/**
 * Sizes of a BAGEL model; everything else follows from them.
 *
 * @param llm the decoder
 * @param vit the vision tower
 * @param vae the autoencoder
 * @param latentPatch autoencoder cells per side of a latent token
 * @param maxLatentSize latent tokens per side that the position table covers
 * @param imageSize side of the images that the policy draws, in pixels
 */
public record BagelConfig(
    Llm llm, Vit vit, Vae vae, int latentPatch, int maxLatentSize, int imageSize) {

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

  /**
   * The FLUX autoencoder. Latents are {@code scaleFactor * (mean - shiftFactor)}.
   *
   * @param channels width of the first level; a multiple of 32, the number of norm groups
   * @param multipliers width of each level as a multiple of {@code channels}; every level but the
   *     last halves the resolution
   */
  public record Vae(
      int channels,
      int[] multipliers,
      int residualBlocks,
      int latentChannels,
      double scaleFactor,
      double shiftFactor) {
    public int downsample() {
      return 1 << (multipliers.length - 1);
    }

    Vae withLatentStatistics(double scale, double shift) {
      return new Vae(channels, multipliers, residualBlocks, latentChannels, scale, shift);
    }
  }

  /** Latent tokens per side of a drawn image. */
  public int latentSide() {
    return imageSize / (vae.downsample() * latentPatch);
  }

  public int latentTokens() {
    return latentSide() * latentSide();
  }

  /** Values of a latent token. */
  public int latentTokenChannels() {
    return latentPatch * latentPatch * vae.latentChannels();
  }

  /** Vision-tower patches of a drawn image. */
  public int vitTokens() {
    int side = imageSize / vit.patchSize();
    return side * side;
  }

  /** This configuration with measured latent statistics. */
  public BagelConfig withLatentStatistics(double scaleFactor, double shiftFactor) {
    return new BagelConfig(
        llm,
        vit,
        vae.withLatentStatistics(scaleFactor, shiftFactor),
        latentPatch,
        maxLatentSize,
        imageSize);
  }

  /** The small configuration of the bundled policy, for images of 32 x 32 pixels. */
  public static BagelConfig bundled(int vocabSize) {
    return new BagelConfig(
        new Llm(vocabSize, 128, 320, 4, 4, 2, 10_000, 1e-6),
        new Vit(96, 256, 3, 4, 4, 8, 1e-6),
        new Vae(32, new int[] {1, 1, 2}, 1, 4, 1, 0),
        2,
        4,
        32);
  }
}
