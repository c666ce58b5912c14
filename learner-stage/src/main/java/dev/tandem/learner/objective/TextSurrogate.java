package dev.tandem.learner.objective;

import java.io.Serializable;
import org.bytedeco.pytorch.Tensor;

/** The policy loss of a text, token by token: a closed choice of published ones. */
public sealed interface TextSurrogate extends Serializable
    permits ClippedSurrogate,
        CappedWeight,
        PolicyGradient,
        SoftGate,
        GammaWeight,
        GeometricMean,
        QuadraticTrustRegion {

  /**
   * Evaluates the loss.
   *
   * @param ratios of a group's texts
   * @param advantages {@code A}, as {@code [G, 1]}
   */
  Surrogate of(TokenRatios ratios, Tensor advantages);
}
