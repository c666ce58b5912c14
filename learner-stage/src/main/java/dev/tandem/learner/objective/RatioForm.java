package dev.tandem.learner.objective;

import java.io.Serializable;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * How a text's importance ratios are made from log-probabilities.
 *
 * @param level what a ratio is the ratio of
 * @param logLimit a token's log-ratio is kept between minus and plus this (verl: 20); infinite: any
 * @param offPolicy sequences with a negative advantage whose log-probability has fallen by more
 *     than this a token since they were sampled are left out of the policy loss (DeepSeek-V3.2,
 *     arXiv 2512.02556; TRL); infinite: none
 */
public record RatioForm(RatioLevel level, double logLimit, double offPolicy)
    implements Serializable {
  /** Ratios of tokens without limits. */
  public static final RatioForm PLAIN =
      new RatioForm(RatioLevel.TOKEN, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  public RatioForm {
    Settings.positive("log_limit", logLimit);
    Settings.positive("off_policy", offPolicy);
  }

  /** The ratios of texts as {@code [G, T]}, which are 0 beyond the mask. */
  TokenRatios of(Tensor logProbs, Tensor anchor, Tensor mask) {
    Tensor byToken = logProbs.sub(anchor);
    if (Double.isFinite(logLimit)) {
      byToken =
          byToken.clamp(
              new ScalarOptional(new Scalar(-logLimit)), new ScalarOptional(new Scalar(logLimit)));
    }
    return new TokenRatios(
        logProbs, anchor, mask, byToken, level.logRatio(byToken, logProbs, mask));
  }

  /**
   * The value with the sequences taken out that have become too unlikely.
   *
   * @param value of the policy loss, {@code [G, T]} or {@code [G, 1]}
   * @param advantages {@code [G, 1]}
   */
  Tensor onPolicy(Tensor value, TokenRatios ratios, Tensor advantages) {
    if (!Double.isFinite(offPolicy)) {
      return value;
    }
    Tensor fallen = ratios.anchor().sub(ratios.logProbs().detach());
    Tensor near =
        RatioLevel.sequenceMean(fallen, ratios.mask())
            .le(new Scalar(offPolicy))
            .logical_or(advantages.ge(new Scalar(0.0)));
    return value.mul(near.to(value.scalar_type()));
  }
}
