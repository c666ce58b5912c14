/**
 * Samples trajectories from a policy. {@link dev.tandem.rollout.RolloutStage} fans groups of
 * rollouts out to Spark tasks; each process loads a policy version once, and a group is always
 * computed as one batch of its own shape.
 */
@NullMarked
package dev.tandem.rollout;

import org.jspecify.annotations.NullMarked;
