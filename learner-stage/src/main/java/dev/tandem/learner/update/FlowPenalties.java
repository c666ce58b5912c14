package dev.tandem.learner.update;

import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.objective.FlowTransition;
import dev.tandem.learner.objective.VelocityPenalty;
import dev.tandem.learner.tensor.HostTensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The image's regularisers, summed over the steps of a group; a weight of 0 switches one off, which
 * then costs nothing and has no metric.
 */
final class FlowPenalties {
  private final ImageLossConfig config;
  private final @Nullable HeldReplay reference;
  private Tensor velocityMse = HostTensors.of(new double[1], 1).sum();
  private Tensor latentKl = velocityMse;

  /**
   * One stochastic step of a group under the current weights.
   *
   * @param place of the step among the stochastic ones
   * @param dt the step's length
   * @param velocity {@code [G, N, C]}
   * @param mean {@code mu}, as {@code [G, N, C]}
   */
  record Step(int place, FlowTransition transition, double dt, Tensor velocity, Tensor mean) {}

  /**
   * @param reference replay under the start policy; may be null where nothing looks at it
   */
  FlowPenalties(ImageLossConfig config, @Nullable HeldReplay reference) {
    this.config = config;
    this.reference = reference;
  }

  /**
   * Adds a step.
   *
   * @param consumed 1 for the members that the loss consumes, else 0, as {@code [G]}
   * @param share of one member's step in the batch's mean
   */
  void add(Step step, Tensor consumed, Scalar share) {
    if (reference == null) {
      return;
    }
    Tensor velocity = reference.velocities().get(step.place());
    if (config.velocityMseWeight() > 0) {
      Tensor error = VelocityPenalty.meanSquaredError(step.velocity(), velocity);
      velocityMse = velocityMse.add(error.mul(consumed).sum().mul(share));
    }
    if (config.latentKlWeight() > 0) {
      FlowTransition transition = step.transition();
      Tensor divergence =
          config
              .latentKl()
              .of(step.mean(), transition.mean(velocity), transition.step(), step.dt());
      latentKl = latentKl.add(divergence.mul(consumed).sum().mul(share));
    }
  }

  /** The weighted sum as a scalar. */
  Tensor weighted() {
    Tensor weighted = velocityMse.mul(new Scalar(config.velocityMseWeight()));
    return config.latentKlWeight() > 0
        ? weighted.add(latentKl.mul(new Scalar(config.latentKlWeight())))
        : weighted;
  }

  /** Adds the metrics of those that are switched on. */
  void measure(Measures measures) {
    if (config.velocityMseWeight() > 0) {
      measures.add("loss/velocity_mse", velocityMse.item_double(), 0);
    }
    if (config.latentKlWeight() > 0) {
      measures.add("kl/flow", latentKl.item_double(), 0);
    }
  }
}
