package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585): {@code sg[clip(r)] A log pi}. The ratio is a weight without
 * gradient, so that every token keeps its own. verl clips on both sides; TRL from above alone, its
 * {@code epsilon_high} being the cap itself: {@code low} of 1 or more and {@code high} one less.
 *
 * @param range where the weight is the ratio
 */
public record CappedWeight(ClipRange range) implements TextSurrogate {
  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    Tensor ratio = ratios.ratio();
    Tensor weight = range.clamp(ratio).detach();
    return new Surrogate(ratio, weight.mul(advantages).mul(ratios.logProbs()), weight.ne(ratio));
  }
}
