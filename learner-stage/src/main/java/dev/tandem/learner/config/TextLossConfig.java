package dev.tandem.learner.config;

import dev.tandem.learner.objective.CappedWeight;
import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.ClippedSurrogate;
import dev.tandem.learner.objective.GammaWeight;
import dev.tandem.learner.objective.GeometricMean;
import dev.tandem.learner.objective.KlForm;
import dev.tandem.learner.objective.PolicyGradient;
import dev.tandem.learner.objective.QuadraticTrustRegion;
import dev.tandem.learner.objective.RatioForm;
import dev.tandem.learner.objective.SoftGate;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.objective.TextObjective;
import dev.tandem.learner.objective.TextSurrogate;
import java.io.Serializable;

/**
 * The text loss.
 *
 * @param weight of the text objective in the joint one
 * @param loss policy loss
 * @param clipLow {@code eps_low}: free distance of a ratio below 1; of a log-ratio below 0 with
 *     geo_mean
 * @param clipHigh {@code eps_high}: free distance above
 * @param clipDelta {@code delta} of two-sided clipping; infinite: none
 * @param dualClip {@code c} of dual-clip PPO; infinite: none
 * @param ratio how ratios are made
 * @param aggregation how tokens become one number
 * @param klWeight {@code beta} of the penalty towards the start policy; 0 switches it off
 * @param kl how the divergence from the start policy is measured
 * @param sapo constants of {@link TextLoss#SAPO}
 * @param vespo constants of {@link TextLoss#VESPO}
 * @param drpo constants of {@link TextLoss#DRPO}
 */
public record TextLossConfig(
    double weight,
    TextLoss loss,
    double clipLow,
    double clipHigh,
    double clipDelta,
    double dualClip,
    RatioForm ratio,
    TextAggregation aggregation,
    double klWeight,
    KlForm kl,
    SoftGate sapo,
    GammaWeight vespo,
    QuadraticTrustRegion drpo)
    implements Serializable {
  public TextLossConfig {
    Require.notNegative("weight", weight);
    Require.notNegative("clip_low", clipLow);
    Require.notNegative("clip_high", clipHigh);
    Require.positiveOrInfinite("clip_delta", clipDelta);
    Require.aboveOneOrInfinite("dual_clip", dualClip);
    Require.notNegative("kl_weight", klWeight);
  }

  /** GRPO without further choices. */
  public TextLossConfig(
      double clipLow, double clipHigh, TextAggregation aggregation, double klWeight) {
    this(
        1,
        TextLoss.CLIP,
        clipLow,
        clipHigh,
        Double.POSITIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        RatioForm.PLAIN,
        aggregation,
        klWeight,
        KlForm.PLAIN,
        SoftGate.PUBLISHED,
        GammaWeight.PUBLISHED,
        QuadraticTrustRegion.PUBLISHED);
  }

  /** Whether the loss looks at the start policy. */
  public boolean needsReference() {
    return klWeight > 0;
  }

  /** The objective with these settings. */
  public TextObjective objective() {
    return new TextObjective(surrogate(), ratio, klWeight, kl, aggregation);
  }

  private TextSurrogate surrogate() {
    ClipRange range = new ClipRange(clipLow, clipHigh);
    return switch (loss) {
      case CLIP -> new ClippedSurrogate(range, clipDelta, dualClip);
      case CISPO -> new CappedWeight(range);
      case GPG -> new PolicyGradient();
      case SAPO -> sapo;
      case VESPO -> vespo;
      case GEO_MEAN -> new GeometricMean(range);
      case DRPO -> drpo;
    };
  }
}
