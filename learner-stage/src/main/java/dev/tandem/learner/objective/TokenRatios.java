package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/**
 * The importance ratios of a group's texts; beyond the mask everything is 0.
 *
 * @param logProbs log-probabilities under the current weights, {@code [G, T]}
 * @param anchor those that ratios are measured from, {@code [G, T]}
 * @param mask 1 for tokens that count, else 0, as {@code [G, T]}
 * @param byToken {@code log r} of every token, {@code [G, T]}
 * @param logRatio {@code log r} at the chosen level, {@code [G, T]} or {@code [G, 1]}
 */
public record TokenRatios(
    Tensor logProbs, Tensor anchor, Tensor mask, Tensor byToken, Tensor logRatio) {

  /** The ratio {@code r} at the chosen level. */
  public Tensor ratio() {
    return logRatio.exp();
  }
}
