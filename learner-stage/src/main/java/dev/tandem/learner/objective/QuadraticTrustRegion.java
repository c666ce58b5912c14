package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * DRPO (as in UniRL): {@code A r - |A| mu (r - 1)² / (2 epsilon)} with the token's probability
 * {@code mu} under the weights that ratios are measured from, so that the trust region is one of
 * probabilities and not of ratios. Its log-ratios are bounded by 20 in the reference ({@link
 * RatioForm#logLimit}).
 *
 * @param epsilon threshold; the ratio's own is {@code epsilon / mu}
 * @param weighted false: {@code mu} is 1 throughout (SPO)
 */
public record QuadraticTrustRegion(double epsilon, boolean weighted) implements TextSurrogate {
  /** The paper's threshold. */
  public static final QuadraticTrustRegion PUBLISHED = new QuadraticTrustRegion(12.5, true);

  public QuadraticTrustRegion {
    Settings.positiveAndFinite("epsilon", epsilon);
  }

  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    Tensor ratio = ratios.ratio();
    Tensor anchor = ratios.anchor().detach();
    Tensor probability = weighted ? anchor.exp() : torch.ones_like(anchor);
    Tensor distance = ratio.sub(new Scalar(1.0));
    Tensor penalty =
        distance.square().mul(probability).mul(advantages.abs()).div(new Scalar(2 * epsilon));
    Tensor outside = distance.abs().mul(probability).gt(new Scalar(epsilon));
    return new Surrogate(ratio, ratio.mul(advantages).sub(penalty), outside);
  }
}
