package dev.tandem.frozen.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a question. A failure is never an empty answer. */
public sealed interface ChatOutcome {

  /** How it came about. */
  Effort effort();

  /**
   * The attempts that an outcome took.
   *
   * @param failedAttempts what each attempt before the last one ended with, in order, with the
   *     whole reply if there was one
   * @param latencyMillis from the question to the outcome, waits included
   * @param reply body of the last reply as it was received, without the API key; null for none
   */
  record Effort(List<String> failedAttempts, double latencyMillis, @Nullable String reply) {
    public Effort {
      failedAttempts = List.copyOf(failedAttempts);
    }

    /** Requests sent. */
    public int attempts() {
      return failedAttempts.size() + 1;
    }
  }

  /**
   * The model's answer.
   *
   * @param json an object that keeps to the question's schema
   */
  record Answer(String json, Effort effort) implements ChatOutcome {}

  /**
   * There is no answer.
   *
   * @param message what was found, for people
   */
  record Failure(FailureKind kind, String message, Effort effort) implements ChatOutcome {}
}
