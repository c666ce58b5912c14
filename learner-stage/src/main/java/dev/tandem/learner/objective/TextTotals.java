package dev.tandem.learner.objective;

/**
 * What a text loss divides by, counted over the whole batch and not over one group.
 *
 * @param trajectories trajectories that the loss consumes, those with an empty text included
 * @param tokens their tokens
 * @param maxTokens most tokens that a text of this batch could have had (the sampling limit)
 */
public record TextTotals(long trajectories, long tokens, int maxTokens) {
  public TextTotals {
    if (trajectories < 0 || tokens < 0 || maxTokens < 0) {
      throw new IllegalArgumentException(
          "Invalid totals: %d trajectories, %d tokens, %d tokens at most (must not be negative)"
              .formatted(trajectories, tokens, maxTokens));
    }
  }
}
