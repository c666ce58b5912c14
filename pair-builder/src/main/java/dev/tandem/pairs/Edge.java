package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A possible pair.
 *
 * @param generation index of the generation sample, in the order of sample ids
 * @param understanding index of the understanding sample, in the same order
 * @param similarity cosine of the two images
 */
record Edge(int generation, int understanding, double similarity) implements Serializable {

  /** Most similar first; ties by generation index, then by understanding index. */
  static final Comparator<Edge> BEST_FIRST =
      Comparator.comparingDouble(Edge::similarity)
          .reversed()
          .thenComparingInt(Edge::generation)
          .thenComparingInt(Edge::understanding);
}
