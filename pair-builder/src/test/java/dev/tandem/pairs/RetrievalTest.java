package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class RetrievalTest {
  // Cosines of (1, 0) with the three: 1, 0.8, 0.6; of (0, 1): 0, 0.6, 0.8.
  private static final VectorBlock GENERATION = block(new int[] {3, 5}, 1, 0, 0, 1);
  private static final VectorBlock UNDERSTANDING =
      block(new int[] {1, 2, 7}, 1, 0, 0.8f, 0.6f, 0.6f, 0.8f);

  @Test
  void keepsEdgesAtOrAboveTheThreshold() {
    assertThat(exact(new Retrieval(0.6, 0), GENERATION, UNDERSTANDING).toList())
        .containsExactly(
            new Edge(3, 1, 1),
            new Edge(3, 2, 0.8),
            new Edge(3, 7, 0.6),
            new Edge(5, 2, 0.6),
            new Edge(5, 7, 0.8));
  }

  @Test
  void keepsTheBestCandidates() {
    assertThat(exact(new Retrieval(0.6, 1), GENERATION, UNDERSTANDING).toList())
        .containsExactly(new Edge(3, 1, 1), new Edge(5, 7, 0.8));
  }

  @Test
  void roundsSoThatTheLastBitsDecideNothing() {
    assertThat(Retrieval.round(0.8000000119209290)).isEqualTo(0.8);
    assertThat(Retrieval.round(1.0000001)).isEqualTo(1);
    assertThat(Retrieval.round(-1.0000001)).isEqualTo(-1);
  }

  @Property(tries = 30)
  void blocksAndKernelsChangeNothing(
      @ForAll @IntRange(max = 1000) int seed, @ForAll @IntRange(max = 12) int candidates) {
    Retrieval retrieval = new Retrieval(0.05, candidates);
    VectorBlock left = unit(KMeansTest.random(seed, 70, 37));
    VectorBlock right = unit(KMeansTest.random(seed + 1, 900, 37));
    Edges whole = exact(retrieval, left, right);
    List<VectorBlock> parts = new ArrayList<>();
    for (int from = 0; from < 900; from += 250) {
      int start = from;
      parts.add(right.select(index -> index >= start && index < start + 250));
    }
    Edges parted = search(retrieval, List.of(left), parts, new JavaKernel());
    assertThat(parted.best(retrieval.limit()).toList())
        .isEqualTo(whole.best(retrieval.limit()).toList())
        .isEqualTo(bruteForce(retrieval, left, right).best(retrieval.limit()).toList());
  }

  @Test
  void manyEqualImagesTieByTheirIndexes() {
    float[] same = new float[2 * 500];
    java.util.Arrays.fill(same, (float) Math.sqrt(0.5));
    VectorBlock rows = new VectorBlock(IntStream.range(0, 500).toArray(), same, 2);
    assertThat(exact(new Retrieval(0.6, 3), rows.select(index -> index == 0), rows).toList())
        .containsExactly(new Edge(0, 0, 1), new Edge(0, 1, 1), new Edge(0, 2, 1));
  }

  @Test
  void ivfFindsWhatItsClustersHoldAndExactlyThat() {
    VectorBlock left = unit(KMeansTest.random(1, 40, 16));
    VectorBlock right = unit(shifted(KMeansTest.random(2, 300, 16), 40));
    Centroids centroids =
        new Centroids(Vectors.toDoubles(unit(KMeansTest.random(3, 8, 16)).values()), 16);
    NearestCentroids nearest =
        KMeansTest.local(left, right)
            .aggregate(
                Step.first(centroids), (b, step) -> Clusters.over(b, step, 2), Clusters::merge)
            .nearest(340);
    Retrieval retrieval = new Retrieval(0.1, 5);
    BitSet generation = bits(left);
    BitSet understanding = bits(right);
    for (int parts : List.of(1, 3)) {
      ListSearch search = new ListSearch(retrieval, nearest, generation, understanding, parts);
      Edges found = new Edges();
      for (int part = 0; part < parts; part++) {
        int only = part;
        List<Tuple2<Integer, VectorBlock>> sent = new ArrayList<>(search.sent(left));
        sent.addAll(search.sent(right));
        sent.removeIf(row -> row._1() / ListSearch.KINDS != only);
        sent.sort(Comparator.comparing(Tuple2::_1));
        found.append(search.edges(part, sent.iterator()));
      }
      List<Edge> expected =
          bruteForce(new Retrieval(0.1, 0), left, right).toList().stream()
              .filter(edge -> probed(nearest, edge))
              .toList();
      assertThat(found.best(5).toList()).isEqualTo(Edges.of(expected).best(5).toList());
    }
  }

  private static boolean probed(NearestCentroids nearest, Edge edge) {
    int cluster = nearest.cluster(edge.understanding());
    return nearest.cluster(edge.generation(), 0) == cluster
        || nearest.cluster(edge.generation(), 1) == cluster;
  }

  @Test
  void autoChoosesBySize() {
    RetrievalConfig auto = RetrievalConfig.DEFAULTS;
    assertThat(auto.exact(512, 512, 256)).isTrue();
    assertThat(auto.exact(60_000, 47_000, 2048)).isFalse();
  }

  static Edges exact(Retrieval retrieval, VectorBlock generation, VectorBlock understanding) {
    return search(retrieval, List.of(generation), List.of(understanding), ProductKernel.best());
  }

  private static Edges search(
      Retrieval retrieval, List<VectorBlock> left, List<VectorBlock> right, ProductKernel kernel) {
    BitSet generation = new BitSet();
    left.forEach(block -> generation.or(bits(block)));
    BitSet understanding = new BitSet();
    right.forEach(block -> understanding.or(bits(block)));
    ExactSearch search = new ExactSearch(retrieval, left, generation, understanding, kernel);
    right.forEach(search::compare);
    return search.edges();
  }

  private static Edges bruteForce(Retrieval retrieval, VectorBlock left, VectorBlock right) {
    Edges edges = new Edges();
    for (int row = 0; row < left.rows(); row++) {
      for (int column = 0; column < right.rows(); column++) {
        double similarity = Retrieval.similarity(left, row, right, column);
        if (similarity >= retrieval.threshold()) {
          edges.add(left.indexes()[row], right.indexes()[column], similarity);
        }
      }
    }
    return edges;
  }

  private static BitSet bits(VectorBlock block) {
    BitSet bits = new BitSet();
    IntStream.of(block.indexes()).forEach(bits::set);
    return bits;
  }

  private static VectorBlock unit(VectorBlock block) {
    Centroids rows = new Centroids(Vectors.toDoubles(block.values()), block.dimension());
    return new VectorBlock(block.indexes(), rows.normalized().floats(), block.dimension());
  }

  private static VectorBlock shifted(VectorBlock block, int by) {
    int[] indexes = IntStream.of(block.indexes()).map(index -> index + by).toArray();
    return new VectorBlock(indexes, block.values(), block.dimension());
  }

  private static VectorBlock block(int[] indexes, float... values) {
    return new VectorBlock(indexes, values, 2);
  }
}
