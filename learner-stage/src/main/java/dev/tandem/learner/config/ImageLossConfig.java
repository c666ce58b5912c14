package dev.tandem.learner.config;

import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.ClippedSurrogate;
import dev.tandem.learner.objective.DivergenceMask;
import dev.tandem.learner.objective.FlowObjective;
import dev.tandem.learner.objective.FlowSurrogate;
import dev.tandem.learner.objective.LatentKl;
import dev.tandem.learner.objective.LatentReduction;
import dev.tandem.learner.objective.StepScaling;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The image loss of flow matching.
 *
 * @param weight {@code lambda} of the image objective in the joint one
 * @param loss policy loss of a step
 * @param clip free distance of a step's ratio from 1, after normalisation
 * @param clipHigh another distance above 1; null: the same on both sides
 * @param ratioNorm whether ratios are normalised by RatioNorm
 * @param klMask constants of {@link ImageLoss#KL_MASK}
 * @param advantageLimit advantages are kept between minus and plus this; infinite: any
 * @param stepScaling what the loss of a step is multiplied by
 * @param velocityMseWeight {@code gamma} of the squared distance from the start policy's velocity;
 *     0 switches it off
 * @param latentKlWeight {@code beta} of the divergence of a step from the start policy's; 0
 *     switches it off
 * @param latentKl how that divergence is scaled
 */
public record ImageLossConfig(
    double weight,
    ImageLoss loss,
    double clip,
    @Nullable Double clipHigh,
    boolean ratioNorm,
    DivergenceMask klMask,
    double advantageLimit,
    StepScaling stepScaling,
    double velocityMseWeight,
    double latentKlWeight,
    LatentKl latentKl)
    implements Serializable {
  public ImageLossConfig {
    Require.notNegative("weight", weight);
    Require.notNegative("clip", clip);
    if (clipHigh != null) {
      Require.notNegative("clip_high", clipHigh);
    }
    Require.positiveOrInfinite("advantage_limit", advantageLimit);
    Require.notNegative("velocity_mse_weight", velocityMseWeight);
    Require.notNegative("latent_kl_weight", latentKlWeight);
  }

  /** The clipped loss with the regulariser of UniGRPO. */
  public ImageLossConfig(
      double weight,
      double clip,
      boolean ratioNorm,
      StepScaling stepScaling,
      double velocityMseWeight) {
    this(
        weight,
        ImageLoss.CLIP,
        clip,
        null,
        ratioNorm,
        DivergenceMask.PUBLISHED,
        Double.POSITIVE_INFINITY,
        stepScaling,
        velocityMseWeight,
        0,
        LatentKl.GAUSSIAN);
  }

  /** Whether the loss looks at the start policy's velocity. */
  public boolean needsReference() {
    return velocityMseWeight > 0 || latentKlWeight > 0;
  }

  /** Whether the policy loss looks at a step's mean under the weights that sampled. */
  public boolean needsAnchorMeans() {
    return ratioNorm || loss == ImageLoss.KL_MASK;
  }

  /** The objective of one step with these settings; log-densities are averaged over dimensions. */
  public FlowObjective objective() {
    return new FlowObjective(surrogate(), ratioNorm, advantageLimit, LatentReduction.MEAN);
  }

  private FlowSurrogate surrogate() {
    return switch (loss) {
      case CLIP -> new ClippedSurrogate(new ClipRange(clip, clipHigh == null ? clip : clipHigh));
      case KL_MASK -> klMask;
    };
  }
}
