package dev.tandem.bench.pairs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run builds pairs of; by default PairUG's: 107,000 images, 47,000 of them understanding.
 *
 * @param engine {@code data} to make the features, {@code exact}, {@code ivf} or {@code mllib}
 * @param images of both sides; 47 of 107 are understanding samples
 * @param dimension of a feature
 * @param clusters K of k-means
 * @param iterations of k-means
 */
record Size(String engine, int images, int dimension, int clusters, int iterations) {
  private static final List<String> NAMES =
      List.of("engine", "images", "dimension", "clusters", "iterations");

  /** Reads {@code name=value}; clusters follow from the images unless given. */
  static Size of(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || !NAMES.contains(parts[0])) {
        throw new IllegalArgumentException(
            "Unknown option %s (known: %s)".formatted(argument, NAMES));
      }
      options.put(parts[0], parts[1]);
    }
    int images = Integer.parseInt(options.getOrDefault("images", "107000"));
    String clusters = options.getOrDefault("clusters", Long.toString(images * 4971L / 107_000));
    return new Size(
        options.getOrDefault("engine", "exact"),
        images,
        Integer.parseInt(options.getOrDefault("dimension", "2048")),
        Integer.parseInt(clusters),
        Integer.parseInt(options.getOrDefault("iterations", "10")));
  }

  /** The first ones are understanding samples. */
  int understanding() {
    return (int) (images * 47L / 107);
  }
}
