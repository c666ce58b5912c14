package dev.tandem.learner.config;

import dev.tandem.learner.objective.CappedWeight;
import dev.tandem.learner.objective.ClippedSurrogate;
import dev.tandem.learner.objective.GeometricMean;
import dev.tandem.learner.objective.PolicyGradient;

/** The policy losses that texts can be trained with. */
public enum TextLoss {
  /** PPO, GRPO: {@link ClippedSurrogate}. */
  CLIP,
  /** {@link CappedWeight}. */
  CISPO,
  /** {@link PolicyGradient}. */
  GPG,
  /** {@link dev.tandem.learner.objective.SoftGate}. */
  SAPO,
  /** {@link dev.tandem.learner.objective.GammaWeight}. */
  VESPO,
  /** {@link GeometricMean}. */
  GEO_MEAN,
  /** {@link dev.tandem.learner.objective.QuadraticTrustRegion}. */
  DRPO
}
