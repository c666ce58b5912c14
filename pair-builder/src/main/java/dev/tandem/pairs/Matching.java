package dev.tandem.pairs;

import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.util.List;

/**
 * Chooses pairs among candidate edges so that no understanding sample is used twice: edges are
 * taken in an order, each when both ends are free.
 */
public sealed interface Matching extends Serializable {

  /** The name in the configuration. */
  String label();

  /** Edges of lower rank come first; those of equal rank by similarity, then by indexes. */
  long rank(int generation, int understanding);

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

  /** All edges, best first. */
  record Greedy() implements Matching {
    @Override
    public String label() {
      return "greedy";
    }

    @Override
    public long rank(int generation, int understanding) {
      return 0;
    }
  }

  /** Generation samples in the order of their ids; each takes its best free candidates. */
  record Ordered() implements Matching {
    @Override
    public String label() {
      return "ordered";
    }

    @Override
    public long rank(int generation, int understanding) {
      return generation;
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
    public long rank(int generation, int understanding) {
      return KEY.with(generation).with(understanding).random().nextLong();
    }
  }
}
