package dev.tandem.learner.objective;

import java.util.Arrays;

/** What the implementations multiply the loss of a denoising step by. */
public enum StepScaling {
  /** Nothing: every step counts the same. */
  NONE {
    @Override
    public double[] factors(double[] dt) {
      double[] factors = new double[dt.length];
      Arrays.fill(factors, 1.0);
      return factors;
    }
  },
  /** One over the step's length (GRPO-Guard as in verl-omni). */
  INVERSE_DT {
    @Override
    public double[] factors(double[] dt) {
      return Arrays.stream(dt).map(step -> 1 / step).toArray();
    }
  },
  /** One over the step's length, divided by the mean of that over the steps (UniRL). */
  INVERSE_DT_MEAN_ONE {
    @Override
    public double[] factors(double[] dt) {
      double[] inverse = INVERSE_DT.factors(dt);
      double mean = Arrays.stream(inverse).average().orElse(1.0);
      return Arrays.stream(inverse).map(factor -> factor / mean).toArray();
    }
  };

  /**
   * The factor of every step.
   *
   * @param dt lengths of the steps that are trained
   */
  public abstract double[] factors(double[] dt);
}
