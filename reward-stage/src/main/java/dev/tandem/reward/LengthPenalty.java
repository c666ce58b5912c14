package dev.tandem.reward;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A text's penalty for its length L, in [-1, 0], where M is the longest length allowed and B a
 * buffer below it.
 *
 * <p>Hard: -1 where L reaches M, which is where a text is cut off, else 0. Soft (DAPO, arXiv
 * 2503.14476, equation 13): 0 up to M - B, then falling linearly to -1 at M. None: always 0.
 */
public final class LengthPenalty implements SingleReward {
  /** The name of this reward. */
  public static final String NAME = "length";

  private final Kind kind;
  private final int buffer;
  private final Map<String, Integer> longest;

  /** How a length is punished. */
  public enum Kind {
    NONE,
    SOFT,
    HARD
  }

  /**
   * The settings.
   *
   * @param buffer B, in tokens
   * @param longest M by stage, in tokens
   */
  public record Settings(Kind kind, int buffer, Map<String, Integer> longest)
      implements Serializable {
    public Settings {
      longest = Map.copyOf(longest);
      longest.forEach(
          (stage, tokens) -> {
            if (kind == Kind.SOFT && (buffer < 1 || buffer > tokens)) {
              throw new IllegalArgumentException(
                  "Invalid buffer: %d (must be from 1 to the longest text of stage %s, %d tokens)"
                      .formatted(buffer, stage, tokens));
            }
          });
    }
  }

  public LengthPenalty(Settings settings) {
    this.kind = settings.kind();
    this.buffer = settings.buffer();
    this.longest = settings.longest();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.TOKENS);
  }

  @Override
  public Range range() {
    return new Range(-1, 0);
  }

  @Override
  public RewardOutcome score(ScoringInput input) {
    int length = input.tokens().orElseThrow();
    Optional<Integer> limit = Optional.ofNullable(longest.get(input.stage()));
    if (limit.isEmpty()) {
      return RewardOutcome.Failure.ofSample("no longest text is set for stage " + input.stage());
    }
    return new RewardOutcome.Value(
        penalty(length, limit.get()), Json.object("tokens", length, "longest", limit.get()));
  }

  private double penalty(int length, int limit) {
    return switch (kind) {
      case NONE -> 0;
      case HARD -> length >= limit ? -1 : 0;
      case SOFT -> -Math.min(1, Math.max(0, (length - (limit - buffer)) / (double) buffer));
    };
  }
}
