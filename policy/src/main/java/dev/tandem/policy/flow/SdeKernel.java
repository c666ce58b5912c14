package dev.tandem.policy.flow;

import java.io.Serializable;

/** The family of a sampler's stochastic steps: from the schedule to mean and deviation. */
public sealed interface SdeKernel extends Serializable {

  /** The stochastic step with the given index of the schedule. */
  SdeStep step(FlowSchedule schedule, int step);

  /** Flow-GRPO's kernel (arXiv 2505.05470; UniGRPO with factor 0.8). */
  static SdeKernel flowGrpo(double factor) {
    return new FlowSde(NoiseLevel.flowGrpo(factor));
  }

  /** DanceGRPO's kernel (arXiv 2505.07818): the flow's reverse SDE under a constant level. */
  static SdeKernel dance(double eta) {
    return new FlowSde(new NoiseLevel.Constant(eta));
  }

  /**
   * The flow's reverse SDE under a noise level (Flow-GRPO, UniGRPO, R3, DanceGRPO); see {@link
   * SdeStep#coefficients}.
   */
  record FlowSde(NoiseLevel noiseLevel) implements SdeKernel {
    @Override
    public SdeStep step(FlowSchedule schedule, int step) {
      double sigma = noiseLevel.sigma(schedule, step);
      return SdeStep.coefficients(schedule.t(step), schedule.dt(step), sigma);
    }
  }

  /**
   * Coefficient-preserving sampling (Flow-CPS, arXiv 2509.05952). With the estimates {@code x0 = x
   * - t v} of the image and {@code x1 = x + (1 - t) v} of the noise, and t' the next time,
   *
   * <pre>mean = (1 - t') x0 + t' cos(eta pi/2) x1,  std = t' sin(eta pi/2)</pre>
   *
   * so that image and noise keep the weights 1 - t' and t' which the schedule gives them. The
   * log-probability is the negative squared distance. With eta 0, and at the last step, it is the
   * Euler step of the flow.
   *
   * @param eta share of the noise that is drawn anew, from 0 to 1
   */
  record Cps(double eta) implements SdeKernel {
    public Cps {
      if (!(eta >= 0 && eta <= 1)) {
        throw new IllegalArgumentException("Invalid eta: " + eta + " (must be from 0 to 1)");
      }
    }

    @Override
    public SdeStep step(FlowSchedule schedule, int step) {
      double t = schedule.t(step);
      double next = schedule.t(step + 1);
      double std = next * Math.sin(eta * Math.PI / 2);
      double keptNoise = Math.sqrt(Math.max(0, next * next - std * std));
      return new SdeStep(
          1 - next + keptNoise,
          -(1 - next) * t + keptNoise * (1 - t),
          std,
          SdeStep.Density.SQUARED_DISTANCE);
    }
  }
}
