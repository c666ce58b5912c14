package dev.tandem.learner.objective;

/**
 * The controller that moves the penalty's weight towards a target divergence (Ziegler et al., arXiv
 * 1909.08593; verl).
 *
 * <p>The configuration does not offer it: verl uses it to weigh a divergence inside the reward,
 * which no recipe here has, and never in a loss. As the weight of a loss it would be state of a run
 * that every checkpoint has to carry; the weights here are constants.
 *
 * @param target divergence that is aimed at
 * @param horizon samples over which the weight may change by a fifth
 */
public record AdaptiveKlWeight(double target, double horizon) {
  private static final double MOST_ERROR = 0.2;

  public AdaptiveKlWeight {
    Settings.positiveAndFinite("target", target);
    Settings.positiveAndFinite("horizon", horizon);
  }

  /**
   * The weight after a batch.
   *
   * @param weight the weight before
   * @param divergence mean divergence of the batch
   * @param samples number of trajectories in the batch
   */
  public double next(double weight, double divergence, long samples) {
    double error = Math.max(-MOST_ERROR, Math.min(MOST_ERROR, divergence / target - 1));
    return weight * (1 + error * samples / horizon);
  }
}
