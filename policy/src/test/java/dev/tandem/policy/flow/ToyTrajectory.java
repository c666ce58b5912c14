package dev.tandem.policy.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * Integrates a velocity field over flat latents the way a sampler does: the golden tests' model.
 */
final class ToyTrajectory {
  /** The velocity of a latent at a flow time. */
  interface Field {
    double[] velocity(double[] x, double t);
  }

  private final FlowSchedule schedule;
  private final SdeKernel kernel;
  private final Field field;

  ToyTrajectory(FlowSchedule schedule, SdeKernel kernel, Field field) {
    this.schedule = schedule;
    this.kernel = kernel;
    this.field = field;
  }

  /** A stochastic step that was taken. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Transition(int step, SdeStep sde, double[] x, double[] mean, double[] next) {}

  /** All latents, the start included, and the stochastic steps. */
  record Path(List<double[]> latents, List<Transition> transitions) {
    double[] last() {
      return latents.get(latents.size() - 1);
    }
  }

  /** Steps in the window take the given noises in order; the others follow the flow. */
  Path integrate(double[] start, List<Integer> window, double[][] noises) {
    List<double[]> latents = new ArrayList<>(List.of(start));
    List<Transition> transitions = new ArrayList<>();
    for (int step = 0; step < schedule.steps(); step++) {
      double[] x = latents.get(step);
      if (window.contains(step)) {
        SdeStep sde = kernel.step(schedule, step);
        double[] mean = mean(sde, step, x);
        double[] next = mean.clone();
        double[] noise = noises[transitions.size()];
        for (int i = 0; i < next.length; i++) {
          next[i] += sde.std() * noise[i];
        }
        transitions.add(new Transition(step, sde, x, mean, next));
        latents.add(next);
      } else {
        latents.add(mean(SdeStep.coefficients(schedule.t(step), schedule.dt(step), 0), step, x));
      }
    }
    return new Path(latents, transitions);
  }

  /** The mean that this field gives to a transition, which another one may have sampled. */
  double[] mean(Transition transition) {
    return mean(transition.sde(), transition.step(), transition.x());
  }

  private double[] mean(SdeStep sde, int step, double[] x) {
    double[] v = field.velocity(x, schedule.t(step));
    double[] mean = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      mean[i] = sde.mean(x[i], v[i]);
    }
    return mean;
  }

  /** Mean of the squared differences of the elements from begin to end. */
  static double meanSquare(double[] a, double[] b, int begin, int end) {
    double sum = 0;
    for (int i = begin; i < end; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum / (end - begin);
  }

  static double meanSquare(double[] a, double[] b) {
    return meanSquare(a, b, 0, a.length);
  }

  /** Rows of x times the matrix plus t times b, all scaled. */
  static double[] linear(double[] x, double[][] matrix, double[] b, double t, double scale) {
    int channels = b.length;
    double[] v = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int row = i / channels * channels;
      int column = i % channels;
      double sum = t * b[column];
      for (int k = 0; k < channels; k++) {
        sum += x[row + k] * matrix[k][column];
      }
      v[i] = sum * scale;
    }
    return v;
  }
}
