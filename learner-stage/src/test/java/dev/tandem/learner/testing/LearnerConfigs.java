package dev.tandem.learner.testing;

import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.StepScaling;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.optimizer.AdamWSettings;
import dev.tandem.learner.optimizer.LearningRateSchedule;
import java.util.List;

/** Settings for tests, with the variations that they need. */
public final class LearnerConfigs {
  private LearnerConfigs() {}

  public static LearnerConfig with(Anchor anchor, int epochs, int miniBatches, int threads) {
    return new LearnerConfig(
        new TextLossConfig(0.2, 0.2, TextAggregation.SEQUENCE_MEAN, 0.01),
        new ImageLossConfig(1, 1e-3, true, StepScaling.NONE, 0.1),
        optimizer(1e-2, 1e-2),
        anchor,
        epochs,
        miniBatches,
        threads);
  }

  public static OptimizerConfig optimizer(double understanding, double generation) {
    return new OptimizerConfig(
        understanding,
        generation,
        new AdamWSettings(0.9, 0.98, 1e-8, 0),
        LearningRateSchedule.constant(),
        1.0,
        0.9,
        List.of("*bias"));
  }

  /** The policy losses alone, for one step from the current weights. */
  public static LearnerConfig withoutRegularisers(OptimizerConfig optimizer) {
    return new LearnerConfig(
        new TextLossConfig(0.2, 0.2, TextAggregation.SEQUENCE_MEAN, 0),
        new ImageLossConfig(1, 1e-3, true, StepScaling.NONE, 0),
        optimizer,
        Anchor.AUTO,
        1,
        1,
        1);
  }
}
