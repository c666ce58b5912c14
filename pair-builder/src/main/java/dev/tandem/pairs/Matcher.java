package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes edges in the order of a {@link Matching}, and knows which ends are still free. All edges
 * may be taken, so a threshold was applied before.
 */
final class Matcher implements Serializable {
  private static final long serialVersionUID = 1;

  private final Matching matching;
  private final int perGeneration;
  private final BitSet used = new BitSet();
  private int[] partners = {};
  private final Edges taken = new Edges();

  /**
   * @param perGeneration how many understanding samples one generation sample may take
   */
  Matcher(Matching matching, int perGeneration) {
    this.matching = matching;
    this.perGeneration = perGeneration;
  }

  /** The edges in the order of the matching. */
  Edges inOrder(Edges edges) {
    long[] ranks = new long[edges.size()];
    Arrays.setAll(ranks, i -> matching.rank(edges.generation(i), edges.understanding(i)));
    Edges ordered = new Edges();
    Edges.Order order =
        (first, second) ->
            ranks[first] != ranks[second]
                ? ranks[first] < ranks[second]
                : edges.better(first, second);
    for (int place : edges.sorted(order)) {
      ordered.add(edges, place);
    }
    return ordered;
  }

  /** Takes what is free of edges in any order. */
  void take(Edges edges) {
    Edges ordered = inOrder(edges);
    for (int place = 0; place < ordered.size(); place++) {
      if (isFree(ordered, place)) {
        used.set(ordered.understanding(place));
        int generation = ordered.generation(place);
        if (generation >= partners.length) {
          partners = Arrays.copyOf(partners, Math.max(generation + 1, 2 * partners.length));
        }
        partners[generation]++;
        taken.add(ordered, place);
      }
    }
  }

  /** The edges taken so far, in the order of the matching. */
  Edges taken() {
    return inOrder(taken);
  }

  boolean isFree(Edges edges, int place) {
    return free(edges.generation(place)) > 0 && !used.get(edges.understanding(place));
  }

  /** How many more edges a generation sample may take. */
  int free(int generation) {
    return perGeneration - (generation < partners.length ? partners[generation] : 0);
  }

  /** The edges whose ends are both free, in the same order. */
  Edges free(Edges edges) {
    Edges free = new Edges();
    for (int place = 0; place < edges.size(); place++) {
      if (isFree(edges, place)) {
        free.add(edges, place);
      }
    }
    return free;
  }
}
