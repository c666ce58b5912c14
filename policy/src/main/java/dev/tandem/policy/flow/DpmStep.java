package dev.tandem.policy.flow;

/**
 * A step of DPM-Solver++(2M), a deterministic multistep solver of the flow (arXiv 2211.01095; UniRL
 * {@code dpm2}): {@code next = xCoefficient * x + dataCoefficient * data + previousCoefficient *
 * previous data}, where {@code data = x - t v} is the image that the step predicts. The first and
 * the last step are Euler steps.
 *
 * @param xCoefficient factor of the latent
 * @param dataCoefficient factor of this step's prediction
 * @param previousCoefficient factor of the prediction of the step before; 0 where there is none
 */
public record DpmStep(double xCoefficient, double dataCoefficient, double previousCoefficient) {

  /** The step with the given index of the schedule. */
  public static DpmStep of(FlowSchedule schedule, int step) {
    double kept = schedule.t(step + 1) / schedule.t(step);
    double extrapolation = 0;
    if (step > 0 && step < schedule.steps() - 1) {
      double before = logSignalToNoise(schedule.t(step - 1));
      double now = logSignalToNoise(schedule.t(step));
      double after = logSignalToNoise(schedule.t(step + 1));
      // Behind pure noise, whose ratio is -Infinity, nothing is extrapolated.
      extrapolation = 0.5 * (after - now) / (now - before);
    }
    return new DpmStep(kept, (1 - kept) * (1 + extrapolation), -(1 - kept) * extrapolation);
  }

  /** One element of the next latent. */
  public double next(double x, double data, double previousData) {
    return xCoefficient * x + dataCoefficient * data + previousCoefficient * previousData;
  }

  private static double logSignalToNoise(double t) {
    return Math.log(1 - t) - Math.log(t);
  }
}
