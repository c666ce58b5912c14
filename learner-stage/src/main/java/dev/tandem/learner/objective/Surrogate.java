package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a policy loss makes of ratios and advantages. One row a member; where a loss knows one value
 * a sequence, the second axis has length 1 and the value holds for each of the sequence's tokens.
 *
 * @param ratio importance ratio {@code r}
 * @param value share of the objective, to be maximised
 * @param clipped true or 1 where the ratio has left the range in which the loss moves it freely
 */
public record Surrogate(Tensor ratio, Tensor value, Tensor clipped) {

  /** What a loss gives that moves every ratio freely. */
  static Surrogate free(Tensor ratio, Tensor value) {
    return new Surrogate(ratio, value, torch.zeros_like(ratio));
  }
}
