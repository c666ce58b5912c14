package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The text objective of GRPO (arXiv 2402.03300): clipped surrogate less an optional penalty {@code
 * beta * KL}, aggregated over tokens.
 *
 * @param clip free range of the ratio of a token
 * @param klWeight {@code beta}; 0 needs no reference
 * @param aggregation weight of each token
 */
public record TextObjective(ClipRange clip, double klWeight, TextAggregation aggregation) {

  /**
   * The texts of one group, as {@code [G, T]}.
   *
   * @param logProbs log-probabilities of the sampled tokens under the current weights
   * @param anchor those that the ratio is measured from
   * @param reference those under the reference policy; null where none is asked for
   * @param mask 1 for tokens that count: after the end token, and throughout members that the loss
   *     does not consume, 0
   * @param advantages {@code [G]}
   */
  public record Inputs(
      Tensor logProbs, Tensor anchor, @Nullable Tensor reference, Tensor mask, Tensor advantages) {}

  /**
   * The group's share of the batch's objective.
   *
   * @param objective scalar to be maximised
   * @param surrogate ratio and clipping by token, {@code [G, T]}
   * @param kl k3 estimate by token, {@code [G, T]}; null without a reference
   */
  public record Terms(Tensor objective, ClippedSurrogate surrogate, @Nullable Tensor kl) {}

  /** Evaluates the objective of one group of the batch that {@code totals} describes. */
  public Terms evaluate(Inputs inputs, TextTotals totals) {
    Tensor logRatio = inputs.logProbs().sub(inputs.anchor());
    ClippedSurrogate surrogate =
        ClippedSurrogate.of(logRatio, inputs.advantages().unsqueeze(1), clip);
    Tensor value = surrogate.value();
    Tensor kl = null;
    if (inputs.reference() != null) {
      kl = KlEstimate.k3(inputs.logProbs(), inputs.reference());
      value = value.sub(kl.mul(new Scalar(klWeight)));
    }
    Tensor weights = aggregation.weights(inputs.mask(), totals);
    return new Terms(value.mul(weights).sum(), surrogate, kl);
  }
}
