package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * VESPO (as in TRL): {@code sg[phi(w)] A log pi} with the ratio of the whole sequence {@code w} and
 * {@code phi(w) = w^k exp(lambda (1 - w))}, which is 1 on policy.
 *
 * @param kPositive {@code k} where the advantage is not negative
 * @param lambdaPositive {@code lambda} where the advantage is not negative
 * @param kNegative {@code k} elsewhere
 * @param lambdaNegative {@code lambda} elsewhere
 */
public record GammaWeight(
    double kPositive, double lambdaPositive, double kNegative, double lambdaNegative)
    implements TextSurrogate {
  /** TRL's constants. */
  public static final GammaWeight PUBLISHED = new GammaWeight(2, 3, 3, 2);

  /** The reference's bounds of a log-ratio. */
  private static final double MOST_LOG_RATIO = 20;

  private static final double LEAST_LOG_WEIGHT = Math.log(1e-8);

  public GammaWeight {
    Settings.positiveAndFinite("k_positive", kPositive);
    Settings.positiveAndFinite("lambda_positive", lambdaPositive);
    Settings.positiveAndFinite("k_negative", kNegative);
    Settings.positiveAndFinite("lambda_negative", lambdaNegative);
  }

  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    Tensor positive = advantages.ge(new Scalar(0.0));
    Tensor k = Choice.where(positive, kPositive, kNegative, advantages);
    Tensor lambda = Choice.where(positive, lambdaPositive, lambdaNegative, advantages);
    Tensor byToken = clamped(ratios.byToken().detach(), -MOST_LOG_RATIO);
    Tensor logWeight = clamped(RatioLevel.sum(byToken.mul(ratios.mask())), LEAST_LOG_WEIGHT);
    Tensor distance = logWeight.exp().neg().add(new Scalar(1.0));
    Tensor phi = logWeight.mul(k).add(distance.mul(lambda)).exp();
    return Surrogate.free(ratios.ratio(), phi.mul(advantages).mul(ratios.logProbs()));
  }

  private static Tensor clamped(Tensor logRatio, double least) {
    return logRatio.clamp(
        new ScalarOptional(new Scalar(least)), new ScalarOptional(new Scalar(MOST_LOG_RATIO)));
  }
}
