package dev.tandem.learner.objective;

import java.io.Serializable;
import org.bytedeco.pytorch.Tensor;

/**
 * The policy loss of a stochastic denoising step: a closed choice of published ones.
 *
 * <p>DiffusionNFT is none of them: it has no ratio ({@link NegativeAwareLoss} says why it cannot be
 * chosen).
 */
public sealed interface FlowSurrogate extends Serializable
    permits ClippedSurrogate, DivergenceMask {

  /**
   * Evaluates the loss.
   *
   * @param ratios of a group's step
   * @param advantages {@code A}, as {@code [G]}
   */
  Surrogate of(StepRatios ratios, Tensor advantages);
}
