package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Possible pairs, as columns that grow. */
final class Edges implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int SMALLEST = 16;

  private int size;
  private int[] generation = new int[SMALLEST];
  private int[] understanding = new int[SMALLEST];
  private double[] similarity = new double[SMALLEST];

  /** An order of the edges by their places. */
  interface Order {
    boolean precedes(int first, int second);
  }

  static Edges of(List<Edge> list) {
    Edges edges = new Edges();
    list.forEach(edge -> edges.add(edge.generation(), edge.understanding(), edge.similarity()));
    return edges;
  }

  void add(int generationIndex, int understandingIndex, double cosine) {
    if (size == generation.length) {
      reserve(2 * size);
    }
    generation[size] = generationIndex;
    understanding[size] = understandingIndex;
    similarity[size++] = cosine;
  }

  private void reserve(int capacity) {
    generation = Arrays.copyOf(generation, capacity);
    understanding = Arrays.copyOf(understanding, capacity);
    similarity = Arrays.copyOf(similarity, capacity);
  }

  /** Adds the edge in the given place of another. */
  void add(Edges other, int place) {
    add(other.generation[place], other.understanding[place], other.similarity[place]);
  }

  /** Adds all of the other. */
  Edges append(Edges other) {
    int total = Math.addExact(size, other.size);
    if (total > generation.length) {
      reserve(Math.max(total, (int) Math.min(2L * size, Integer.MAX_VALUE - 8)));
    }
    System.arraycopy(other.generation, 0, generation, size, other.size);
    System.arraycopy(other.understanding, 0, understanding, size, other.size);
    System.arraycopy(other.similarity, 0, similarity, size, other.size);
    size = total;
    return this;
  }

  int size() {
    return size;
  }

  int generation(int place) {
    return generation[place];
  }

  int understanding(int place) {
    return understanding[place];
  }

  double similarity(int place) {
    return similarity[place];
  }

  Edge get(int place) {
    return new Edge(generation[place], understanding[place], similarity[place]);
  }

  List<Edge> toList() {
    return IntStream.range(0, size).mapToObj(this::get).toList();
  }

  /** Most similar first; ties by generation index, then by understanding index. */
  boolean better(int first, int second) {
    if (similarity[first] != similarity[second]) {
      return similarity[first] > similarity[second];
    }
    return generation[first] != generation[second]
        ? generation[first] < generation[second]
        : understanding[first] < understanding[second];
  }

  /** Of the edges of each generation sample the {@code limit} best, by generation index. */
  Edges best(int limit) {
    int[] places =
        sorted(
            (first, second) ->
                generation[first] != generation[second]
                    ? generation[first] < generation[second]
                    : better(first, second));
    Edges best = new Edges();
    int start = 0;
    for (int i = 0; i < size; i++) {
      if (generation[places[i]] != generation[places[start]]) {
        start = i;
      }
      if (i - start < limit) {
        best.add(this, places[i]);
      }
    }
    return best;
  }

  /** The edges of the given generation samples. */
  Edges of(BitSet wanted) {
    Edges some = new Edges();
    for (int place = 0; place < size; place++) {
      if (wanted.get(generation[place])) {
        some.add(this, place);
      }
    }
    return some;
  }

  /** The edges by the part that their generation sample belongs to. */
  Edges[] split(int parts) {
    Edges[] split = new Edges[parts];
    Arrays.setAll(split, part -> new Edges());
    for (int place = 0; place < size; place++) {
      split[generation[place] % parts].add(this, place);
    }
    return split;
  }

  /** The places of the edges in the given order: merge sort, bottom up. */
  int[] sorted(Order order) {
    int[] from = IntStream.range(0, size).toArray();
    int[] to = new int[size];
    for (long width = 1; width < size; width *= 2) {
      for (long start = 0; start < size; start += 2 * width) {
        int middle = (int) Math.min(start + width, size);
        merge(from, to, (int) start, middle, (int) Math.min(start + 2 * width, size), order);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void merge(int[] from, int[] to, int start, int middle, int end, Order order) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeRight =
          left == middle || (right < end && order.precedes(from[right], from[left]));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }
}
