package dev.tandem.pairs;

import java.io.Serializable;

/**
 * How similar images are found.
 *
 * @param mode which images are compared
 * @param probes clusters that {@code ivf} looks through for each generation sample
 * @param audit generation samples that are searched exactly too, to measure what {@code ivf} misses
 */
public record RetrievalConfig(Mode mode, int probes, int audit) implements Serializable {

  /** Which images are compared. */
  public enum Mode {
    /** All of one side with all of the other. */
    EXACT,
    /** A generation image with those of the clusters whose centres are nearest to it. */
    IVF,
    /** {@code exact} while that takes some seconds, then {@code ivf}. */
    AUTO
  }

  /** The defaults; four probes miss less than a thousandth of the edges of the paper's size. */
  public static final RetrievalConfig DEFAULTS = new RetrievalConfig(Mode.AUTO, 4, 500);

  /**
   * Multiplications from which on {@code auto} looks through clusters: ten seconds of two cores.
   */
  private static final double MANY_MULTIPLICATIONS = 1e12;

  public RetrievalConfig {
    require(probes >= 1, "probes", probes, "1 or more");
    require(audit >= 0, "audit", audit, "0 (none) or more");
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }

  /** Whether to look through all images, given how many there are of each side. */
  boolean exact(long generation, long understanding, int dimension) {
    return switch (mode) {
      case EXACT -> true;
      case IVF -> false;
      case AUTO -> (double) generation * understanding * dimension < MANY_MULTIPLICATIONS;
    };
  }
}
