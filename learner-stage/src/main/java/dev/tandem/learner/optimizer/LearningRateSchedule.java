package dev.tandem.learner.optimizer;

import java.io.Serializable;

/**
 * The factor of the learning rates by optimizer step: linear warm-up from 0, then constant, or a
 * cosine that ends at a least factor.
 *
 * @param kind what follows the warm-up
 * @param warmupSteps steps until the full rate; the first of them has factor 0
 * @param totalSteps step at which the cosine ends; constant schedules ignore it
 * @param minFactor factor at the end of the cosine and after it
 */
public record LearningRateSchedule(Kind kind, long warmupSteps, long totalSteps, double minFactor)
    implements Serializable {
  /** What follows the warm-up. */
  public enum Kind {
    CONSTANT,
    COSINE
  }

  public LearningRateSchedule {
    if (warmupSteps < 0) {
      throw new IllegalArgumentException(
          "Invalid warmup_steps: %d (must not be negative)".formatted(warmupSteps));
    }
    if (!(minFactor >= 0 && minFactor <= 1)) {
      throw new IllegalArgumentException(
          "Invalid min_factor: %s (must be between 0 and 1)".formatted(minFactor));
    }
    if (kind == Kind.COSINE && totalSteps <= warmupSteps) {
      throw new IllegalArgumentException(
          "Invalid total_steps: %d (a cosine must end after the %d warm-up steps)"
              .formatted(totalSteps, warmupSteps));
    }
  }

  /** The full rate from the first step on. */
  public static LearningRateSchedule constant() {
    return new LearningRateSchedule(Kind.CONSTANT, 0, 0, 1);
  }

  /** The factor of the step that follows {@code step} earlier ones. */
  public double factor(long step) {
    if (step < warmupSteps) {
      return (double) step / warmupSteps;
    }
    return switch (kind) {
      case CONSTANT -> 1.0;
      case COSINE -> cosine(step);
    };
  }

  private double cosine(long step) {
    double progress = Math.min(1.0, (double) (step - warmupSteps) / (totalSteps - warmupSteps));
    return minFactor + (1 - minFactor) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
