package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/**
 * The clipped surrogate of PPO and GRPO (arXiv 2402.03300), element by element.
 *
 * @param ratio importance ratio {@code r}
 * @param value {@code min(r A, clip(r) A)}, to be maximised
 * @param clipped true where the clipped term is the smaller one, so that no gradient flows
 */
public record ClippedSurrogate(Tensor ratio, Tensor value, Tensor clipped) {

  /**
   * Evaluates the surrogate.
   *
   * @param logRatio {@code log r}, any shape
   * @param advantage {@code A}, of a shape that broadcasts to that of {@code logRatio}
   */
  public static ClippedSurrogate of(Tensor logRatio, Tensor advantage, ClipRange range) {
    Tensor ratio = logRatio.exp();
    Tensor free = ratio.mul(advantage);
    Tensor bounded = range.clamp(ratio).mul(advantage);
    return new ClippedSurrogate(ratio, free.minimum(bounded), bounded.lt(free));
  }
}
