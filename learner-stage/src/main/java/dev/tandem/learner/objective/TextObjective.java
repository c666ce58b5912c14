package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The objective of texts: a policy loss by token less an optional penalty {@code beta * KL},
 * aggregated over tokens. Without further choices it is GRPO's (arXiv 2402.03300).
 *
 * @param surrogate policy loss
 * @param ratio how importance ratios are made
 * @param klWeight {@code beta}; 0 needs no reference
 * @param kl how the divergence is measured
 * @param aggregation weight of each token
 */
public record TextObjective(
    TextSurrogate surrogate,
    RatioForm ratio,
    double klWeight,
    KlForm kl,
    TextAggregation aggregation) {

  /** The clipped loss of GRPO. */
  public TextObjective(ClipRange clip, double klWeight, TextAggregation aggregation) {
    this(new ClippedSurrogate(clip), RatioForm.PLAIN, klWeight, KlForm.PLAIN, aggregation);
  }

  /**
   * The texts of one group, as {@code [G, T]}. What lies beyond the mask has no influence, whatever
   * it is.
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
   * @param surrogate ratio and clipping by token, {@code [G, T]}, or by sequence, {@code [G, 1]}
   * @param kl estimate by token, {@code [G, T]}; null without a reference
   * @param penalised false where the divergence is measured but too large to count
   */
  public record Terms(
      Tensor objective, Surrogate surrogate, @Nullable Tensor kl, boolean penalised) {}

  /** Evaluates the objective of one group of the batch that {@code totals} describes. */
  public Terms evaluate(Inputs inputs, TextTotals totals) {
    Tensor mask = inputs.mask();
    Tensor beyond = mask.eq(new Scalar(0.0));
    Tensor logProbs = zeroed(inputs.logProbs(), beyond);
    Tensor advantages = inputs.advantages().unsqueeze(1);
    TokenRatios ratios = ratio.of(logProbs, zeroed(inputs.anchor(), beyond), mask);
    Surrogate policy = surrogate.of(ratios, advantages);
    Tensor value = ratio.onPolicy(policy.value(), ratios, advantages);
    Tensor divergence = null;
    boolean penalised = true;
    if (inputs.reference() != null) {
      divergence = kl.byToken(ratios, zeroed(inputs.reference(), beyond));
      penalised = kl.counts(divergence, mask);
      if (penalised) {
        value = value.sub(divergence.mul(new Scalar(klWeight)));
      }
    }
    Tensor weights = aggregation.weights(mask, totals);
    return new Terms(value.mul(weights).sum(), policy, divergence, penalised);
  }

  private static Tensor zeroed(Tensor values, Tensor beyond) {
    return values.masked_fill(beyond, new Scalar(0.0));
  }
}
