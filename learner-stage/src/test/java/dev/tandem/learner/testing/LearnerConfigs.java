package dev.tandem.learner.testing;

import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.LatentKl;
import dev.tandem.learner.objective.StepScaling;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.optimizer.AdamWSettings;
import dev.tandem.learner.optimizer.LearningRateSchedule;
import dev.tandem.policy.training.LoraSettings;
import java.util.List;

/** Settings for tests, with the variations that they need. */
public final class LearnerConfigs {
  /** Far above rounding, far below what other weights make. */
  private static final double LOGP_ALARM = 1e-3;

  /** Seconds; a test that waits that long has failed. */
  private static final double TIMEOUT = 60;

  private LearnerConfigs() {}

  public static LearnerConfig with(Anchor anchor, int epochs, int miniBatches, int threads) {
    return new LearnerConfig(
        new TextLossConfig(0.2, 0.2, TextAggregation.SEQUENCE_MEAN, 0.01),
        new ImageLossConfig(1, 1e-3, true, StepScaling.NONE, 0.1),
        optimizer(1e-2, 1e-2),
        LoraSettings.none(),
        anchor,
        epochs,
        miniBatches,
        0,
        false,
        false,
        LOGP_ALARM,
        threads,
        1,
        TIMEOUT,
        TIMEOUT);
  }

  /** The same for batches that another policy sampled. */
  public static LearnerConfig withoutAlarm(LearnerConfig config) {
    Edited edited = new Edited(config);
    edited.logpAlarm = Double.POSITIVE_INFINITY;
    return edited.config();
  }

  /** The same with at most {@code members} of a group computed at once. */
  public static LearnerConfig inMicroBatches(LearnerConfig config, int members) {
    Edited edited = new Edited(config);
    edited.microBatch = members;
    return edited.config();
  }

  /** The same with passes that are recomputed to be differentiated. */
  public static LearnerConfig withCheckpointing(LearnerConfig config) {
    Edited edited = new Edited(config);
    edited.gradientCheckpointing = true;
    return edited.config();
  }

  /** The same with the cosine between the stages' gradients. */
  public static LearnerConfig withCosine(LearnerConfig config) {
    Edited edited = new Edited(config);
    edited.gradientCosine = true;
    return edited.config();
  }

  /** The same by several processes. */
  public static LearnerConfig onRanks(LearnerConfig config, int ranks) {
    Edited edited = new Edited(config);
    edited.ranks = ranks;
    return edited.config();
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

  /** The same with the image's regularisers at these weights. */
  public static LearnerConfig withRegularisers(
      LearnerConfig config, double velocityMse, double latentKl, LatentKl form) {
    ImageLossConfig image = config.image();
    return withLosses(
        config,
        config.text(),
        new ImageLossConfig(
            image.weight(),
            image.loss(),
            image.clip(),
            image.clipHigh(),
            image.ratioNorm(),
            image.klMask(),
            image.advantageLimit(),
            image.stepScaling(),
            velocityMse,
            latentKl,
            form));
  }

  /** The same with other losses. */
  public static LearnerConfig withLosses(
      LearnerConfig config, TextLossConfig text, ImageLossConfig image) {
    Edited edited = new Edited(config);
    edited.text = text;
    edited.image = image;
    return edited.config();
  }

  /** The policy losses alone, for one step from the current weights. */
  public static LearnerConfig withoutRegularisers(OptimizerConfig optimizer) {
    return new LearnerConfig(
        new TextLossConfig(0.2, 0.2, TextAggregation.SEQUENCE_MEAN, 0),
        new ImageLossConfig(1, 1e-3, true, StepScaling.NONE, 0),
        optimizer,
        LoraSettings.none(),
        Anchor.AUTO,
        1,
        1,
        0,
        false,
        false,
        LOGP_ALARM,
        1,
        1,
        TIMEOUT,
        TIMEOUT);
  }

  /** A configuration with the fields open that a test may change. */
  private static final class Edited {
    private final LearnerConfig base;
    private TextLossConfig text;
    private ImageLossConfig image;
    private int microBatch;
    private boolean gradientCheckpointing;
    private boolean gradientCosine;
    private double logpAlarm;
    private int ranks;

    Edited(LearnerConfig base) {
      this.base = base;
      this.text = base.text();
      this.image = base.image();
      this.microBatch = base.microBatch();
      this.gradientCheckpointing = base.gradientCheckpointing();
      this.gradientCosine = base.gradientCosine();
      this.logpAlarm = base.logpAlarm();
      this.ranks = base.ranks();
    }

    LearnerConfig config() {
      return new LearnerConfig(
          text,
          image,
          base.optimizer(),
          base.lora(),
          base.anchor(),
          base.ppoEpochs(),
          base.miniBatches(),
          microBatch,
          gradientCheckpointing,
          gradientCosine,
          logpAlarm,
          base.threads(),
          ranks,
          base.rendezvousTimeout(),
          base.allreduceTimeout());
    }
  }
}
