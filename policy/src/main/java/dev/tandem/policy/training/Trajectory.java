package dev.tandem.policy.training;

import dev.tandem.policy.FlowStep;
import java.util.List;

/**
 * What one sample did.
 *
 * @param tokens sampled token ids; empty when no text was sampled
 * @param steps stochastic flow steps; empty when no image was sampled
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of tensors; never compared
public record Trajectory(int[] tokens, List<FlowStep> steps) {
  public Trajectory {
    steps = List.copyOf(steps);
  }
}
