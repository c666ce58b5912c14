package dev.tandem.pairs;

import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Chooses pairs among candidate edges so that no understanding sample is used twice. */
public sealed interface Matching {

  /** The name in the configuration. */
  String label();

  /**
   * Returns the chosen edges in the order in which they were taken.
   *
   * @param edges candidates in any order; all may be taken, so a threshold was applied before
   * @param perGeneration how many understanding samples one generation sample may take
   */
  List<Edge> match(List<Edge> edges, int perGeneration);

  /** The matching with the given name. */
  static Matching named(String label) {
    for (Matching matching : List.of(new Greedy(), new Ordered(), new Random())) {
      if (matching.label().equals(label)) {
        return matching;
      }
    }
    throw new UserError(
        "Unknown matching: %s (must be greedy, ordered or random)".formatted(label));
  }

  /** All edges, best first; an edge is taken when both ends are free. */
  record Greedy() implements Matching {
    @Override
    public String label() {
      return "greedy";
    }

    @Override
    public List<Edge> match(List<Edge> edges, int perGeneration) {
      return take(edges, Edge.BEST_FIRST, perGeneration);
    }
  }

  /** Generation samples in the order of their ids; each takes its best free candidates. */
  record Ordered() implements Matching {
    @Override
    public String label() {
      return "ordered";
    }

    @Override
    public List<Edge> match(List<Edge> edges, int perGeneration) {
      return take(
          edges,
          Comparator.comparingInt(Edge::generation).thenComparing(Edge.BEST_FIRST),
          perGeneration);
    }
  }

  /**
   * Edges in an order that has nothing to do with similarity, the same for the same samples: the
   * control that pairs are compared with (PairUni, ablation).
   */
  record Random() implements Matching {
    private static final RandomKey KEY = RandomKey.of(0).with("matching");

    @Override
    public String label() {
      return "random";
    }

    @Override
    public List<Edge> match(List<Edge> edges, int perGeneration) {
      Map<Edge, Long> lots = new HashMap<>();
      for (Edge edge : edges) {
        lots.put(edge, KEY.with(edge.generation()).with(edge.understanding()).random().nextLong());
      }
      return take(edges, Comparator.comparing(lots::get), perGeneration);
    }
  }

  private static List<Edge> take(List<Edge> edges, Comparator<Edge> order, int perGeneration) {
    List<Edge> taken = new ArrayList<>();
    Map<Integer, Integer> partners = new HashMap<>();
    Set<Integer> used = new HashSet<>();
    for (Edge edge : edges.stream().sorted(order).toList()) {
      if (partners.getOrDefault(edge.generation(), 0) < perGeneration
          && used.add(edge.understanding())) {
        partners.merge(edge.generation(), 1, Integer::sum);
        taken.add(edge);
      }
    }
    return taken;
  }
}
