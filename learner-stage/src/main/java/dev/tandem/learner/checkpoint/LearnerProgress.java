package dev.tandem.learner.checkpoint;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.tandem.learner.config.OptimizerConfig;

/**
 * The file {@code learner.json} of a checkpoint. Only {@code steps} is read again; the rest tells
 * people how the weights were made.
 *
 * @param format version of this file's layout
 * @param iteration iteration that wrote it
 * @param steps optimizer steps taken since the start policy
 * @param seed seed of the run
 * @param optimizer settings of the last update
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonPropertyOrder({"format", "iteration", "steps", "seed", "optimizer"})
public record LearnerProgress(
    int format, int iteration, long steps, long seed, OptimizerConfig optimizer) {
  /** The layout that this version writes and reads. */
  public static final int FORMAT = 1;
}
