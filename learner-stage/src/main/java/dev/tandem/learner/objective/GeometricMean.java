package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * GMPO (arXiv 2507.20673; verl): {@code A} times the geometric mean of a sequence's ratios, each
 * bounded on the side to which the advantage pushes it.
 *
 * @param range free range of a token's <em>log</em>-ratio, {@code -low .. high}
 */
public record GeometricMean(ClipRange range) implements TextSurrogate {
  /** The reference's guard against an empty text. */
  private static final double EMPTY = 1e-8;

  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    Tensor logRatio = ratios.byToken();
    Tensor sign = advantages.sign();
    Tensor clamped =
        logRatio.clamp(
            new ScalarOptional(new Scalar(-range.low())),
            new ScalarOptional(new Scalar(range.high())));
    Tensor bounded = sign.mul(logRatio).minimum(sign.mul(clamped)).mul(sign);
    Tensor length = RatioLevel.sum(ratios.mask()).add(new Scalar(EMPTY));
    Tensor ratio = RatioLevel.sum(bounded.mul(ratios.mask())).div(length).exp();
    return new Surrogate(ratio, ratio.mul(advantages), bounded.ne(logRatio));
  }
}
