package dev.tandem.pairs;

import java.io.Serializable;

/**
 * How similar images are found.
 *
 * @param mode which images are compared
 * @param probes clusters that {@code ivf} looks through for each generation sample
 * @param audit generation samples that are searched exactly too, to measure what {@code ivf} misses
 * @param exactBelow multiplications up to which {@code auto} compares all
 */
public record RetrievalConfig(Mode mode, int probes, int audit, double exactBelow)
    implements Serializable {

  /** Which images are compared. */
  public enum Mode {
    /** All of one side with all of the other. */
    EXACT,
    /** A generation image with those of the clusters whose centres are nearest to it. */
    IVF,
    /**
     * {@code exact} while that takes some seconds, then {@code ivf}, unless its audit finds that it
     * misses edges: then {@code exact} after all.
     */
    AUTO
  }

  /** The defaults. */
  public static final RetrievalConfig DEFAULTS = new RetrievalConfig(Mode.AUTO, 4, 500, 1e12);

  /** The share of the edges that a search chosen by {@code auto} has to find. */
  private static final double LEAST_RECALL = 0.999;

  public RetrievalConfig {
    require(probes >= 1, "probes", probes, "1 or more");
    require(audit >= 0, "audit", audit, "0 (none) or more");
    require(exactBelow >= 0, "exact_below", exactBelow, "0 or more");
    require(mode != Mode.AUTO || audit >= 1, "audit", audit, "1 or more with mode auto");
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }

  /** Whether a search through clusters with this recall does not do. */
  boolean rejects(double recall) {
    return mode == Mode.AUTO && recall < LEAST_RECALL;
  }

  /** Whether to look through all images, given how many there are of each side. */
  boolean exact(long generation, long understanding, int dimension) {
    return switch (mode) {
      case EXACT -> true;
      case IVF -> false;
      case AUTO -> (double) generation * understanding * dimension < exactBelow;
    };
  }
}
