package dev.tandem.pairs;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which samples are kept out of pairing.
 *
 * @param duplicates what happens to images that are nearly the same
 * @param hashDistance bits of 64 in which the difference hashes of two such images may differ; -1:
 *     hashes are not compared
 * @param cosine least cosine of the embeddings of two such images; above 1: not compared
 * @param evaluationPrompts JSONL file with the prompts of an evaluation; null: none
 * @param evaluationOverlap what happens to samples with such a prompt
 */
public record ScreeningConfig(
    Duplicates duplicates,
    int hashDistance,
    double cosine,
    @Nullable String evaluationPrompts,
    Overlap evaluationOverlap)
    implements Serializable {

  /** Searches for nothing. */
  public static final ScreeningConfig OFF =
      new ScreeningConfig(Duplicates.IGNORE, 0, 1, null, Overlap.KEEP);

  private static final int MAX_DISTANCE = 15;

  public ScreeningConfig {
    if (hashDistance < -1 || hashDistance > MAX_DISTANCE) {
      throw new IllegalArgumentException(
          "Invalid hash_distance: %d (must be from -1 to %d)"
              .formatted(hashDistance, MAX_DISTANCE));
    }
    if (!(cosine >= 0.5)) {
      throw new IllegalArgumentException(
          "Invalid cosine: %s (must be at least 0.5)".formatted(cosine));
    }
  }

  /** What happens to images that are nearly the same. */
  public enum Duplicates {
    /** They are not looked for. */
    IGNORE,
    /** They are counted. */
    KEEP,
    /** They are counted, and all but the first of each group, by sample id, are left out. */
    REMOVE
  }

  /** What happens to samples whose prompt an evaluation asks. */
  public enum Overlap {
    /** They are counted. */
    KEEP,
    /** They are counted and left out. */
    REMOVE
  }
}
