package dev.tandem.pairs;

import java.io.Serializable;

/**
 * How images are clustered.
 *
 * @param engine what runs it
 * @param algorithm how centres move; of {@code blocks} only
 * @param init where centres start
 * @param iterations most passes, or batches of {@code mini_batch}
 * @param tolerance stops when no centre moves further than this; 0 = when no image changes its
 *     cluster
 * @param batch images in a batch of {@code mini_batch}, on average
 */
public record KMeansConfig(
    Engine engine, Algorithm algorithm, Init init, int iterations, double tolerance, int batch)
    implements Serializable {

  /** What runs k-means. */
  public enum Engine {
    /** Matrix products over cached blocks of rows. */
    BLOCKS,
    /** Spark MLlib's KMeans, which holds every value as a double. */
    MLLIB
  }

  /** How centres move. */
  public enum Algorithm {
    /** To the mean of their rows. */
    LLOYD,
    /** To the mean of their rows, scaled to length one. */
    SPHERICAL,
    /** To the mean of the rows of all batches so far. */
    MINI_BATCH
  }

  /** Where centres start. */
  public enum Init {
    /** At rows drawn by the seed. */
    RANDOM,
    /** At rows far from each other: k-means|| (Bahmani et al. 2012). */
    PARALLEL
  }

  /** The defaults: the paper's mini-batches would depend on more than the images. */
  public static final KMeansConfig DEFAULTS =
      new KMeansConfig(Engine.BLOCKS, Algorithm.LLOYD, Init.RANDOM, 20, 0, 10_000);

  public KMeansConfig {
    require(iterations >= 1, "iterations", iterations, "1 or more");
    require(tolerance >= 0, "tolerance", tolerance, "0 or more");
    require(batch >= 1, "batch", batch, "1 or more");
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }
}
