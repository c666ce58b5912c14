package dev.tandem.reward;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Scores rollouts, many at a time, so that a model or a server behind it can work on all of them at
 * once. A reward is loaded once per task and used by one thread at a time, a remote one by several;
 * it may hold heavy objects, which it frees in {@link #close}.
 */
public interface Reward extends AutoCloseable {

  /** The name in the table {@code rewards} and in the configuration. */
  String name();

  /** What a rollout and its sample must bring; {@link Outcomes} checks it before it asks. */
  Set<Need> needs();

  /** Where values lie; {@link Outcomes} takes a value outside it for a failure. */
  Range range();

  /**
   * What identifies the scores beside what is scored: another version may score the same rollout
   * otherwise. Present where a score is worth keeping, because a model or a server computed it from
   * nothing but what {@link #needs} names; absent where computing it again is cheaper than looking
   * it up.
   */
  default Optional<String> version() {
    return Optional.empty();
  }

  /**
   * Scores rollouts that bring all {@link #needs}.
   *
   * @return one outcome for each, in their order
   * @throws Exception anything that keeps all of them from being scored; its message becomes the
   *     reason of their failures. Where only some cannot be scored, only their outcomes are
   *     failures.
   */
  List<RewardOutcome> score(List<ScoringInput> inputs) throws Exception;

  /**
   * Whether scoring waits for another process, such as a model server, more than it computes. Such
   * a reward is asked by threads of its own while the next rollouts are sampled.
   */
  default boolean isRemote() {
    return false;
  }

  @Override
  default void close() {}
}
