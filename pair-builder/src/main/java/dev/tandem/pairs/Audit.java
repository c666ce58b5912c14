package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;

/**
 * What a search through clusters misses, measured on some generation samples that are searched
 * exactly too.
 *
 * @param queries generation samples searched exactly
 * @param edges edges that they have
 * @param found how many of these the search through clusters found
 */
record Audit(int queries, int edges, int found) {
  static final Audit NONE = new Audit(0, 0, 0);

  /** The share of the edges that was found; 1 where there are none. */
  double recall() {
    return edges == 0 ? 1 : (double) found / edges;
  }

  /** Compares the edges found with those of {@code count} samples, drawn by the seed. */
  static Audit of(
      JavaRDD<Edges> found,
      EmbeddedImages images,
      Retrieval retrieval,
      Sides free,
      int count,
      long seed) {
    BitSet sample = draw(free.generation(), count, seed);
    Edges exact =
        MatchingRounds.collect(images.exactEdges(retrieval, sample, free.understanding()));
    Set<Long> known = ends(exact);
    int size = known.size();
    known.retainAll(ends(MatchingRounds.collect(found.map(edges -> edges.of(sample)))));
    return new Audit(sample.cardinality(), size, known.size());
  }

  private static BitSet draw(BitSet generation, int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("audit");
    BitSet drawn = new BitSet();
    generation.stream()
        .boxed()
        .sorted(Comparator.comparingLong(index -> key.with(index).random().nextLong()))
        .limit(count)
        .forEach(drawn::set);
    return drawn;
  }

  private static Set<Long> ends(Edges edges) {
    Set<Long> ends = new HashSet<>();
    for (int place = 0; place < edges.size(); place++) {
      ends.add((long) edges.generation(place) << Integer.SIZE | edges.understanding(place));
    }
    return ends;
  }
}
