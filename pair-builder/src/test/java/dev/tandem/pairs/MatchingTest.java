package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import dev.tandem.testing.TestSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class MatchingTest {
  private static final Matching GREEDY = new Matching.Greedy();
  private static final Matching ORDERED = new Matching.Ordered();

  // Generation 0 likes 0 (0.9) and 1 (0.8); generation 1 likes 0 even more (0.95).
  private static final List<Edge> RIVALS =
      List.of(new Edge(0, 0, 0.9), new Edge(0, 1, 0.8), new Edge(1, 0, 0.95));

  @Test
  void greedyTakesTheMostSimilarFirst() {
    assertThat(match(GREEDY, RIVALS, 1)).containsExactly(new Edge(1, 0, 0.95), new Edge(0, 1, 0.8));
  }

  @Test
  void orderedServesGenerationSamplesInTurn() {
    assertThat(match(ORDERED, RIVALS, 1)).containsExactly(new Edge(0, 0, 0.9));
    assertThat(match(ORDERED, RIVALS, 2)).containsExactly(new Edge(0, 0, 0.9), new Edge(0, 1, 0.8));
  }

  @Test
  void randomTakesWhatItsLotsSayWhateverTheSimilarity() {
    Matching random = new Matching.Random();
    List<Edge> edges = new ArrayList<>();
    List<Edge> reversed = new ArrayList<>();
    for (int generation = 0; generation < 12; generation++) {
      for (int understanding = 0; understanding < 12; understanding++) {
        double similarity = generation == understanding ? 1 : 0.1;
        edges.add(new Edge(generation, understanding, similarity));
        reversed.add(0, new Edge(generation, understanding, 1.1 - similarity));
      }
    }

    List<Edge> taken = match(random, edges, 1);

    assertThat(taken).hasSizeGreaterThan(8);
    assertThat(taken.stream().filter(edge -> edge.generation() == edge.understanding()))
        .hasSizeLessThan(6);
    assertThat(match(random, reversed, 1).stream().map(Edge::understanding))
        .containsExactlyElementsOf(taken.stream().map(Edge::understanding).toList());
  }

  @Test
  void tiesGoToTheSmallerGenerationThenTheSmallerUnderstanding() {
    List<Edge> ties = List.of(new Edge(1, 0, 0.5), new Edge(0, 1, 0.5), new Edge(0, 0, 0.5));
    assertThat(match(GREEDY, ties, 1)).containsExactly(new Edge(0, 0, 0.5));
  }

  @Test
  void noEdgesNoPairs() {
    assertThat(match(GREEDY, List.of(), 1)).isEmpty();
    assertThat(match(ORDERED, List.of(), 1)).isEmpty();
  }

  @Test
  void namesAreThoseOfTheConfiguration() {
    assertThat(Matching.named("greedy")).isEqualTo(GREEDY);
    assertThat(Matching.named("ordered")).isEqualTo(ORDERED);
    assertThatThrownBy(() -> Matching.named("best"))
        .isInstanceOf(UserError.class)
        .hasMessage("Unknown matching: best (must be greedy, ordered or random)");
  }

  @Property
  void greedyEqualsBruteForce(
      @ForAll("edges") List<Edge> edges, @ForAll @IntRange(min = 1, max = 3) int perGeneration) {
    assertThat(match(GREEDY, edges, perGeneration)).isEqualTo(bruteForce(edges, perGeneration));
  }

  @Property
  void everySampleIsUsedAtMostOnce(@ForAll("edges") List<Edge> edges) {
    for (Matching matching : List.of(GREEDY, ORDERED)) {
      List<Edge> pairs = match(matching, edges, 1);
      assertThat(pairs).extracting(Edge::generation).doesNotHaveDuplicates();
      assertThat(pairs).extracting(Edge::understanding).doesNotHaveDuplicates();
    }
  }

  @Property
  void orderOfTheEdgesDoesNotMatter(@ForAll("edges") List<Edge> edges, @ForAll long seed) {
    List<Edge> shuffled = new ArrayList<>(edges);
    Collections.shuffle(shuffled, new Random(seed));
    for (Matching matching : List.of(GREEDY, ORDERED)) {
      assertThat(match(matching, shuffled, 1)).isEqualTo(match(matching, edges, 1));
    }
  }

  @Property
  void noFreeEdgeIsLeft(@ForAll("edges") List<Edge> edges) {
    for (Matching matching : List.of(GREEDY, ORDERED)) {
      List<Edge> pairs = match(matching, edges, 1);
      List<Integer> left = pairs.stream().map(Edge::generation).toList();
      List<Integer> right = pairs.stream().map(Edge::understanding).toList();
      assertThat(edges)
          .allMatch(e -> left.contains(e.generation()) || right.contains(e.understanding()));
    }
  }

  @Property(tries = 5)
  void roundsOnExecutorsGiveTheSame(
      @ForAll("edges") List<Edge> edges,
      @ForAll @IntRange(min = 1, max = 3) int perGeneration,
      @ForAll @IntRange(max = 20) int driverEdges) {
    for (Matching matching : List.of(GREEDY, ORDERED, new Matching.Random())) {
      assertThat(inRounds(matching, edges, perGeneration, driverEdges))
          .isEqualTo(match(matching, edges, perGeneration));
    }
  }

  /** Every edge waits for the one before it: a round can take but one. */
  @Test
  void chainsTakeAsManyRoundsAsTheyNeed() {
    List<Edge> chain = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      chain.add(new Edge(i, i, 0.9 - 0.02 * i));
      chain.add(new Edge(i + 1, i, 0.89 - 0.02 * i));
    }
    for (Matching matching : List.of(GREEDY, ORDERED)) {
      for (int driverEdges : List.of(0, 9)) {
        assertThat(inRounds(matching, chain, 1, driverEdges)).isEqualTo(match(matching, chain, 1));
      }
    }
  }

  @Test
  void longChainsOfEqualSimilarityMatchInOrder() {
    Edges chain = new Edges();
    for (int i = 299_999; i >= 0; i--) {
      chain.add(i, i, 0.7);
      chain.add(i + 1, i, 0.7);
    }
    Matcher matcher = new Matcher(GREEDY, 1);
    matcher.take(chain);
    Edges taken = matcher.taken();
    assertThat(taken.size()).isEqualTo(300_000);
    for (int i = 0; i < taken.size(); i++) {
      assertThat(taken.generation(i)).isEqualTo(i);
      assertThat(taken.understanding(i)).isEqualTo(i);
    }
  }

  private static List<Edge> match(Matching matching, List<Edge> edges, int perGeneration) {
    Matcher matcher = new Matcher(matching, perGeneration);
    matcher.take(Edges.of(edges));
    return matcher.taken().toList();
  }

  private static List<Edge> inRounds(
      Matching matching, List<Edge> edges, int perGeneration, int driverEdges) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    List<Edges> parts = List.of(Edges.of(edges).split(2));
    return new MatchingRounds(spark, driverEdges)
        .match(spark.parallelize(parts, 2), matching, perGeneration)
        .toList();
  }

  /** Looks through all edges again for every pair it takes. */
  private static List<Edge> bruteForce(List<Edge> edges, int perGeneration) {
    List<Edge> pairs = new ArrayList<>();
    Map<Integer, Integer> partners = new HashMap<>();
    Set<Integer> used = new HashSet<>();
    while (true) {
      Edge best = null;
      for (Edge edge : edges) {
        boolean free =
            partners.getOrDefault(edge.generation(), 0) < perGeneration
                && !used.contains(edge.understanding());
        if (free && (best == null || precedes(edge, best))) {
          best = edge;
        }
      }
      if (best == null) {
        return pairs;
      }
      pairs.add(best);
      partners.merge(best.generation(), 1, Integer::sum);
      used.add(best.understanding());
    }
  }

  private static boolean precedes(Edge a, Edge b) {
    if (a.similarity() != b.similarity()) {
      return a.similarity() > b.similarity();
    }
    return a.generation() != b.generation()
        ? a.generation() < b.generation()
        : a.understanding() < b.understanding();
  }

  /** Few samples and few similarities, so that there are many rivals and ties. */
  @Provide
  Arbitrary<List<Edge>> edges() {
    Arbitrary<Integer> index = Arbitraries.integers().between(0, 7);
    Arbitrary<Double> similarity =
        Arbitraries.integers().between(5, 9).map(tenths -> tenths / 10.0);
    return Combinators.combine(index, index, similarity)
        .as(Edge::new)
        .list()
        .ofMaxSize(40)
        .map(MatchingTest::oncePerEnds);
  }

  private static List<Edge> oncePerEnds(List<Edge> edges) {
    Map<List<Integer>, Edge> byEnds = new HashMap<>();
    edges.forEach(e -> byEnds.putIfAbsent(List.of(e.generation(), e.understanding()), e));
    return List.copyOf(byEnds.values());
  }
}
