package dev.tandem.pairs;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * A matching over more edges than one machine should hold. Each round takes the edges that come
 * before all other free edges at both their ends: whatever is taken before them in the matching's
 * order leaves these ends alone, so they belong to its result. What remains goes to the driver as
 * soon as it fits there; the result is that of taking all edges one by one in order.
 */
final class MatchingRounds {
  private final JavaSparkContext spark;
  private final long driverEdges;

  /**
   * @param driverEdges how many edges the driver may hold
   */
  MatchingRounds(JavaSparkContext spark, long driverEdges) {
    this.spark = spark;
    this.driverEdges = driverEdges;
  }

  /**
   * The edges of the matching, in its order.
   *
   * @param edges all edges of a generation sample in one element
   */
  Edges match(JavaRDD<Edges> edges, Matching matching, int perGeneration) {
    Matcher matcher = new Matcher(matching, perGeneration);
    long remaining = count(edges);
    if (remaining > driverEdges) {
      takeInRounds(edges.map(matcher::inOrder), matcher);
    } else {
      matcher.take(collect(edges));
    }
    return matcher.taken();
  }

  private void takeInRounds(JavaRDD<Edges> edges, Matcher matcher) {
    JavaRDD<Edges> base = edges.persist(StorageLevel.MEMORY_AND_DISK());
    long baseSize = count(base);
    long remaining = baseSize;
    JavaRDD<Edges> free = base;
    while (remaining > driverEdges) {
      matcher.take(dominant(free, matcher));
      Broadcast<Matcher> state = spark.broadcast(matcher);
      // From the same edges every time: the lineage stays short however many rounds there are.
      free = base.map(some -> state.value().free(some));
      remaining = count(free);
      if (remaining < baseSize / 2) {
        JavaRDD<Edges> smaller = free.persist(StorageLevel.MEMORY_AND_DISK());
        baseSize = count(smaller);
        base.unpersist();
        base = smaller;
      }
    }
    matcher.take(collect(free));
    base.unpersist();
  }

  private Edges dominant(JavaRDD<Edges> free, Matcher matcher) {
    Edges first =
        free.map(MatchingRounds::firstOfEachUnderstanding)
            .treeReduce((a, b) -> firstOfEachUnderstanding(matcher.inOrder(a.append(b))));
    Broadcast<Edges> best = spark.broadcast(first);
    Broadcast<Matcher> state = spark.broadcast(matcher);
    try {
      return collect(free.map(some -> dominant(some, best.value(), state.value())));
    } finally {
      best.destroy();
      state.destroy();
    }
  }

  /** Of edges in the matching's order the first of each understanding sample. */
  private static Edges firstOfEachUnderstanding(Edges ordered) {
    BitSet seen = new BitSet();
    Edges first = new Edges();
    for (int place = 0; place < ordered.size(); place++) {
      if (!seen.get(ordered.understanding(place))) {
        seen.set(ordered.understanding(place));
        first.add(ordered, place);
      }
    }
    return first;
  }

  /**
   * The edges that their generation sample has room for and their understanding sample puts first.
   */
  private static Edges dominant(Edges ordered, Edges first, Matcher matcher) {
    int[] wanted = new int[largest(first) + 1];
    for (int place = 0; place < first.size(); place++) {
      wanted[first.understanding(place)] = first.generation(place);
    }
    int[] seen = {};
    Edges dominant = new Edges();
    for (int place = 0; place < ordered.size(); place++) {
      int generation = ordered.generation(place);
      if (generation >= seen.length) {
        seen = Arrays.copyOf(seen, Math.max(generation + 1, 2 * seen.length));
      }
      if (seen[generation]++ < matcher.free(generation)
          && wanted[ordered.understanding(place)] == generation) {
        dominant.add(ordered, place);
      }
    }
    return dominant;
  }

  private static int largest(Edges edges) {
    int largest = -1;
    for (int place = 0; place < edges.size(); place++) {
      largest = Math.max(largest, edges.understanding(place));
    }
    return largest;
  }

  static long count(JavaRDD<Edges> edges) {
    return edges.map(some -> (long) some.size()).fold(0L, Long::sum);
  }

  static Edges collect(JavaRDD<Edges> edges) {
    Edges all = new Edges();
    List<Edges> parts = edges.collect();
    parts.forEach(all::append);
    return all;
  }
}
