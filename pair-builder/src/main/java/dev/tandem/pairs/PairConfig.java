package dev.tandem.pairs;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.schemas.UserError;
import java.io.Serializable;

/**
 * How pairs are built.
 *
 * @param clusters K, the number of clusters; 0 for a twentieth of the images, rounded up (the
 *     paper's 4,971 clusters are 4.6 % of its 107,000 images)
 * @param kmeans how images are clustered
 * @param retrieval how similar images are found
 * @param threshold delta, the smallest similarity of a retrieved pair, from -1 to 1; it belongs to
 *     the encoder (the paper's 0.6 to ResNet-50)
 * @param candidates at most so many candidates per generation sample; 0 for all
 * @param perGeneration n, the understanding samples that one generation sample may take
 * @param matching how candidates become pairs
 * @param driverEdges edges from which on executors match in rounds and the driver does the rest
 * @param weight how similarity becomes a weight
 * @param encoder {@code color_layout} or the path of an {@code .onnx} file
 * @param seed seed of the initial cluster centres
 */
public record PairConfig(
    int clusters,
    KMeansConfig kmeans,
    RetrievalConfig retrieval,
    double threshold,
    int candidates,
    int perGeneration,
    Matching matching,
    long driverEdges,
    PairWeight weight,
    String encoder,
    long seed)
    implements Serializable {

  /** Similarity from which photographs look alike to {@code color_layout}. */
  public static final double COLOR_LAYOUT_THRESHOLD = 0.5;

  /** Half a gigabyte of edges. */
  private static final long DRIVER_EDGES = 20_000_000;

  private static final int IMAGES_PER_CLUSTER = 20;

  public PairConfig {
    require(clusters >= 0, "clusters", clusters, "0 (automatic) or more");
    require(threshold >= -1 && threshold <= 1, "threshold", threshold, "from -1 to 1");
    require(candidates >= 0, "candidates", candidates, "0 (all) or more");
    require(driverEdges >= 0, "driver_edges", driverEdges, "0 or more");
    require(perGeneration >= 1, "per_generation", perGeneration, "1 or more");
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new UserError("Invalid pairs.%s: %s (must be %s)".formatted(key, found, expected));
    }
  }

  /** The defaults for the embedded encoder. */
  public static PairConfig defaults(long seed) {
    return new PairConfig(
        0,
        KMeansConfig.DEFAULTS,
        RetrievalConfig.DEFAULTS,
        COLOR_LAYOUT_THRESHOLD,
        0,
        1,
        new Matching.Greedy(),
        DRIVER_EDGES,
        PairWeight.SQRT,
        ColorLayoutEncoder.NAME,
        seed);
  }

  /** The number of clusters for so many images; never more than images. */
  int clustersFor(int images) {
    int wanted = clusters == 0 ? (images + IMAGES_PER_CLUSTER - 1) / IMAGES_PER_CLUSTER : clusters;
    return Math.min(wanted, images);
  }
}
