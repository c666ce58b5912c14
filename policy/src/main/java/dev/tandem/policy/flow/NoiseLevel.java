package dev.tandem.policy.flow;

import java.io.Serializable;

/**
 * How much noise a stochastic step adds: {@code sigma_t}, where the step's variance is sigma_t² dt.
 */
public sealed interface NoiseLevel extends Serializable {

  /** The noise level of a step of the schedule. */
  double sigma(FlowSchedule schedule, int step);

  /** Flow-GRPO's level with its own rule for the first step. */
  static NoiseLevel flowGrpo(double factor) {
    return new FlowGrpo(factor, FirstStep.NEXT_POINT);
  }

  /**
   * {@code factor * sqrt(t / (1 - t))} (Flow-GRPO; UniGRPO with factor 0.8).
   *
   * @param factor the papers' a
   * @param firstStep what replaces t in the denominator at t = 1, where it would be 0
   */
  record FlowGrpo(double factor, FirstStep firstStep) implements NoiseLevel {
    public FlowGrpo {
      checkFactor(factor);
    }

    @Override
    public double sigma(FlowSchedule schedule, int step) {
      double t = schedule.t(step);
      double bounded = t < 1 ? t : firstStep.replacement(schedule, step);
      return factor * Math.sqrt(t / (1 - bounded));
    }
  }

  /** {@code factor * sqrt(t / (1 - min(t, 0.95)))} (R3, mode monotonic). */
  record Monotonic(double factor) implements NoiseLevel {
    private static final double HIGHEST_TIME = 0.95;

    public Monotonic {
      checkFactor(factor);
    }

    @Override
    public double sigma(FlowSchedule schedule, int step) {
      double t = schedule.t(step);
      return factor * Math.sqrt(t / (1 - Math.min(t, HIGHEST_TIME)));
    }
  }

  /** The same level at every step (R3, mode constant; DanceGRPO). */
  record Constant(double factor) implements NoiseLevel {
    public Constant {
      checkFactor(factor);
    }

    @Override
    public double sigma(FlowSchedule schedule, int step) {
      return factor;
    }
  }

  /** What stands for t in 1 - t at the first step. */
  enum FirstStep {
    /** The schedule's next point (Flow-GRPO). */
    NEXT_POINT {
      @Override
      double replacement(FlowSchedule schedule, int step) {
        return schedule.t(step + 1);
      }
    },
    CLAMP_0_99 {
      @Override
      double replacement(FlowSchedule schedule, int step) {
        return 0.99;
      }
    },
    CLAMP_0_95 {
      @Override
      double replacement(FlowSchedule schedule, int step) {
        return 0.95;
      }
    };

    abstract double replacement(FlowSchedule schedule, int step);
  }

  private static void checkFactor(double factor) {
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException(
          "Invalid noise level: " + factor + " (must be a number from 0 on)");
    }
  }
}
