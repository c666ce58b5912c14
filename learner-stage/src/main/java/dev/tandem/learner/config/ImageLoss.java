package dev.tandem.learner.config;

/**
 * The policy losses that denoising steps can be trained with. DiffusionNFT cannot be chosen: {@link
 * dev.tandem.learner.objective.NegativeAwareLoss} says why.
 */
public enum ImageLoss {
  /** Flow-GRPO, UniGRPO: {@link dev.tandem.learner.objective.ClippedSurrogate}. */
  CLIP,
  /** Flow-DPPO: {@link dev.tandem.learner.objective.DivergenceMask}. */
  KL_MASK
}
