package dev.tandem.learner.config;

import java.io.Serializable;
import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.objective.TextObjective;

/**
 * The text loss.
 *
 * @param clipLow {@code eps_low}: free distance of a token's ratio below 1
 * @param clipHigh {@code eps_high}: free distance above 1
 * @param aggregation how tokens become one number
 * @param klWeight {@code beta} of the penalty towards the start policy; 0 switches it off
 */
public record TextLossConfig(
    double clipLow, double clipHigh, TextAggregation aggregation, double klWeight)
    implements Serializable {
  public TextLossConfig {
    Require.notNegative("clip_low", clipLow);
    Require.notNegative("clip_high", clipHigh);
    Require.notNegative("kl_weight", klWeight);
  }

  /** The objective with these settings. */
  public TextObjective objective() {
    return new TextObjective(new ClipRange(clipLow, clipHigh), klWeight, aggregation);
  }
}
