package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/**
 * GPG (arXiv 2504.02546): the plain policy gradient {@code A log pi}. The ratio is measured and
 * does not enter.
 */
public record PolicyGradient() implements TextSurrogate {
  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    return Surrogate.free(ratios.ratio(), ratios.logProbs().mul(advantages));
  }
}
