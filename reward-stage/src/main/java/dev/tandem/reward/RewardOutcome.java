package dev.tandem.reward;

/** What scoring one rollout by one reward led to. A failure is never a number. */
public sealed interface RewardOutcome {

  /**
   * The reward was computed.
   *
   * @param value the reward, finite and within the reward's declared range
   * @param detail what the judge saw, as a JSON object
   */
  record Value(double value, String detail) implements RewardOutcome {}

  /**
   * The reward could not be computed.
   *
   * @param reason why; the same words for the same cause, without identifiers, so that equal causes
   *     can be counted
   */
  record Failure(String reason) implements RewardOutcome {}
}
