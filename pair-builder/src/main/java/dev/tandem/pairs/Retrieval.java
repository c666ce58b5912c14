package dev.tandem.pairs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the understanding samples similar to each generation sample, exactly, by products of
 * blocks.
 *
 * @param threshold smallest similarity of an edge (delta)
 * @param candidates at most so many edges per generation sample, the best ones; 0 for all
 */
record Retrieval(double threshold, int candidates) implements Serializable {
  private static final double RESOLUTION = 1e6;

  /**
   * The edges between two blocks, in the order of the generation rows. Similarities are rounded to
   * 1e-6 before they are compared, so that equal images tie whatever arithmetic is used.
   */
  List<Edge> edges(VectorBlock generation, VectorBlock understanding) {
    int columns = understanding.rows();
    double[] products = BlockProduct.multiply(generation, understanding.transposed(), columns);
    List<Edge> edges = new ArrayList<>();
    for (int row = 0; row < generation.rows(); row++) {
      List<Edge> found = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        double similarity = round(products[row * columns + column]);
        if (similarity >= threshold) {
          found.add(
              new Edge(generation.indexes()[row], understanding.indexes()[column], similarity));
        }
      }
      edges.addAll(best(found));
    }
    return edges;
  }

  /** Of the edges of one generation sample those that the limit leaves. */
  List<Edge> best(List<Edge> edges) {
    return candidates == 0 || edges.size() <= candidates
        ? edges
        : edges.stream().sorted(Edge.BEST_FIRST).limit(candidates).toList();
  }

  static double round(double cosine) {
    return Math.rint(Math.max(-1, Math.min(1, cosine)) * RESOLUTION) / RESOLUTION;
  }
}
