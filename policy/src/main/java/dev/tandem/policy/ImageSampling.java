package dev.tandem.policy;

import java.io.Serializable;
import java.util.List;

/**
 * How images are sampled: Euler steps of the flow, some of them stochastic (MixGRPO).
 *
 * @param steps number of steps
 * @param shift time shift of the schedule
 * @param stochasticSteps indexes of the SDE steps, ascending; the others are ODE steps
 * @param noiseLevel the factor a of Flow-GRPO's noise level a * sqrt(t / (1 - t))
 * @param guidance classifier-free guidance of every step
 */
public record ImageSampling(
    int steps, double shift, List<Integer> stochasticSteps, double noiseLevel, Guidance guidance)
    implements Serializable {
  public ImageSampling {
    stochasticSteps = List.copyOf(stochasticSteps);
    if (steps < 1 || !(shift > 0) || !(noiseLevel >= 0)) {
      throw new IllegalArgumentException(
          "Invalid image sampling: %d steps, shift %s, noise level %s"
              .formatted(steps, shift, noiseLevel));
    }
    for (int step : stochasticSteps) {
      // The last step ends at t = 0, where a sample must not carry fresh noise.
      if (step < 0 || step >= Math.max(1, steps - 1)) {
        throw new IllegalArgumentException(
            "Invalid stochastic step %d of %d (must be before the last)".formatted(step, steps));
      }
    }
  }

  /** Sampling without guidance. */
  public ImageSampling(int steps, double shift, List<Integer> stochasticSteps, double noiseLevel) {
    this(steps, shift, stochasticSteps, noiseLevel, Guidance.NONE);
  }

  /** Deterministic sampling. */
  public static ImageSampling ode(int steps, double shift) {
    return new ImageSampling(steps, shift, List.of(), 0);
  }
}
