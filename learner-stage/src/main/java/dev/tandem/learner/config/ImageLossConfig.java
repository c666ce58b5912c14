package dev.tandem.learner.config;

import java.io.Serializable;
import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.FlowObjective;
import dev.tandem.learner.objective.LatentReduction;
import dev.tandem.learner.objective.StepScaling;

/**
 * The image loss of flow matching.
 *
 * @param weight {@code lambda} of the image objective in the joint one
 * @param clip free distance of a step's ratio from 1, on both sides, after normalisation
 * @param ratioNorm whether ratios are normalised by RatioNorm
 * @param stepScaling what the loss of a step is multiplied by
 * @param velocityMseWeight {@code gamma} of the squared distance from the start policy's velocity;
 *     0 switches it off
 */
public record ImageLossConfig(
    double weight,
    double clip,
    boolean ratioNorm,
    StepScaling stepScaling,
    double velocityMseWeight)
    implements Serializable {
  public ImageLossConfig {
    Require.notNegative("weight", weight);
    Require.notNegative("clip", clip);
    Require.notNegative("velocity_mse_weight", velocityMseWeight);
  }

  /** The objective of one step with these settings; log-densities are averaged over dimensions. */
  public FlowObjective objective() {
    return new FlowObjective(ClipRange.symmetric(clip), ratioNorm, LatentReduction.MEAN);
  }
}
