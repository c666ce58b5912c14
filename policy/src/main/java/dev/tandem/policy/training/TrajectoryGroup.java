package dev.tandem.policy.training;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.Segment;
import java.util.List;

/**
 * The trajectories sampled from one context: always replayed as one batch of their own shape.
 *
 * @param context what all members had read
 * @param trajectories the members; all with the same flow steps
 * @param temperature of the text distribution that was sampled from
 * @param guidance that the images were drawn with
 */
public record TrajectoryGroup(
    List<Segment> context, List<Trajectory> trajectories, double temperature, Guidance guidance) {
  public TrajectoryGroup {
    context = List.copyOf(context);
    trajectories = List.copyOf(trajectories);
    if (trajectories.isEmpty()) {
      throw new IllegalArgumentException("A trajectory group needs at least one member");
    }
    int steps = trajectories.get(0).steps().size();
    for (Trajectory trajectory : trajectories) {
      if (trajectory.steps().size() != steps) {
        throw new IllegalArgumentException(
            "Members of a group must share their flow steps: found %d and %d"
                .formatted(steps, trajectory.steps().size()));
      }
    }
  }

  /** A group whose images, if any, were drawn without guidance. */
  public TrajectoryGroup(List<Segment> context, List<Trajectory> trajectories, double temperature) {
    this(context, trajectories, temperature, Guidance.NONE);
  }
}
