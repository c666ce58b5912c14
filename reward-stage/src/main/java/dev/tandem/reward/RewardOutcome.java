package dev.tandem.reward;

import java.util.Optional;

/** What scoring one rollout by one reward led to. A failure is never a number. */
public sealed interface RewardOutcome {

  /** What the reward itself counted of the way there; empty where it asked nobody. */
  Optional<Effort> effort();

  /**
   * Requests to others that an outcome took.
   *
   * @param attempts requests, from 1
   * @param latencyMillis from the first request to the outcome, waits included
   */
  record Effort(int attempts, double latencyMillis) {}

  /**
   * The reward was computed.
   *
   * @param value the reward, finite and within the reward's declared range
   * @param detail what the judge saw, as a JSON object
   */
  record Value(double value, String detail, Optional<Effort> effort) implements RewardOutcome {
    public Value(double value, String detail) {
      this(value, detail, Optional.empty());
    }
  }

  /**
   * The reward could not be computed.
   *
   * @param kind a word for the cause, the same for the same cause: {@link #MISSING}, {@link
   *     #SAMPLE}, {@link #RANGE}, {@link #ERROR}, or the label of a {@link
   *     dev.tandem.frozen.chat.FailureKind} where somebody was asked
   * @param reason what was found, for people
   */
  record Failure(String kind, String reason, Optional<Effort> effort) implements RewardOutcome {
    /** The rollout or its sample lacks what the reward looks at. */
    public static final String MISSING = "missing";

    /** The sample is such that nothing can be scored by it. */
    public static final String SAMPLE = "sample";

    /** The value is no number in the reward's range. */
    public static final String RANGE = "range";

    /** The reward threw an exception. */
    public static final String ERROR = "error";

    private static final int LONGEST_REASON = 200;

    public Failure(String kind, String reason) {
      this(kind, reason, Optional.empty());
    }

    /** The failure of a sample by which nothing can be scored. */
    public static Failure ofSample(String reason) {
      return new Failure(SAMPLE, reason);
    }

    /** The failure that an exception means: its class and the first line of its message. */
    public static Failure of(Throwable thrown) {
      String message = Optional.ofNullable(thrown.getMessage()).orElse("");
      String firstLine = message.lines().findFirst().orElse("");
      String reason = thrown.getClass().getSimpleName() + ": " + firstLine;
      return new Failure(ERROR, reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
    }
  }
}
