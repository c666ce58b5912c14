package dev.tandem.reward;

import java.util.Set;

/**
 * Scores one rollout. A reward is loaded once per task and used by one thread at a time; it may
 * hold heavy objects, which it frees in {@link #close}.
 */
public interface Reward extends AutoCloseable {

  /** The name in the table {@code rewards} and in the configuration. */
  String name();

  /** What a rollout and its sample must bring; checked before {@link #score} is called. */
  Set<Need> needs();

  /** Where values lie; a value outside it counts as a failure. */
  Range range();

  /**
   * Scores a rollout that brings all {@link #needs}. An exception counts as a failure with its
   * message as the reason.
   */
  RewardOutcome score(ScoringInput input) throws Exception;

  /**
   * Whether scoring waits for another process, such as a model server, more than it computes. Such
   * a reward is asked by a thread of its own while the next rollouts are sampled.
   */
  default boolean isRemote() {
    return false;
  }

  @Override
  default void close() {}
}
