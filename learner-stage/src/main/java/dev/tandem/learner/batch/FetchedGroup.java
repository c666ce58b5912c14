package dev.tandem.learner.batch;

import dev.tandem.policy.training.TrajectoryGroup;
import java.util.function.Supplier;

/**
 * A group without credit.
 *
 * @param groupId its identity
 * @param trajectories reads it
 */
public record FetchedGroup(String groupId, Supplier<TrajectoryGroup> trajectories) {}
