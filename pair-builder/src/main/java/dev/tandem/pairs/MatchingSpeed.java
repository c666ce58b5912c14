package dev.tandem.pairs;

import java.util.Random;

/**
 * How long greedy matching takes in one thread here, once the edges are in memory.
 *
 * @param images of both sides
 * @param edges among them
 * @param seconds the best of some repetitions
 */
public record MatchingSpeed(int images, int edges, double seconds) {
  private static final long SEED = 11;

  /** Edges of an image, on average, as many as among PairUG's images. */
  private static final double EDGES_PER_IMAGE = 2.5;

  /** Matches edges between random images, of random similarity. */
  public static MatchingSpeed measure(int images, int repetitions) {
    Random random = new Random(SEED);
    int understanding = (int) (images * 47L / 107);
    Edges edges = new Edges();
    for (int edge = 0; edge < images * EDGES_PER_IMAGE; edge++) {
      edges.add(
          understanding + random.nextInt(images - understanding),
          random.nextInt(understanding),
          Retrieval.round(random.nextDouble()));
    }
    double best = Double.POSITIVE_INFINITY;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      long start = System.nanoTime();
      Matcher matcher = new Matcher(new Matching.Greedy(), 1);
      matcher.take(edges);
      matcher.taken();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return new MatchingSpeed(images, edges.size(), best);
  }
}
