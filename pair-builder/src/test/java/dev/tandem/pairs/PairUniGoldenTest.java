package dev.tandem.pairs;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The parts of PairUni on weights, retrieval and clusters, from the paper's equations. */
@Tag("golden")
class PairUniGoldenTest {
  private static final String FILE = "papers/pairuni.json";

  /** Weights and matching are computed in double precision, as the reference is. */
  private static final double DOUBLE = 1e-10;

  /** Rows are stored in single precision: the golden folder's tolerance for such engines. */
  private static final double SINGLE = 2e-5;

  /** Similarities are rounded to 1e-6 after a product of single-precision vectors. */
  private static final double ROUNDED = 1e-6;

  @TestFactory
  Stream<DynamicTest> weights() {
    return Golden.tests(
        FILE,
        "pair_weight",
        golden -> {
          String kind = golden.inputs().path("kind").asText().toUpperCase(Locale.ROOT);
          double similarity = number(golden.inputs().path("similarity"));
          double weight = PairWeight.SQRT.of(PairType.valueOf(kind), similarity);
          assertClose("weight", weight, golden.outputs().path("weight"), DOUBLE);
        });
  }

  @TestFactory
  Stream<DynamicTest> matchingInBothReadings() {
    return Golden.tests(
        FILE,
        "algorithm1",
        golden -> {
          double[][] similarity = GoldenValues.matrix(golden.inputs().path("similarity"));
          Edges edges = edges(similarity, threshold(golden));
          int n = golden.inputs().path("n").intValue();
          assertPairs(match(new Matching.Ordered(), edges, n), golden, "ordered_topn", DOUBLE);
          assertPairs(match(new Matching.Greedy(), edges, n), golden, "global_greedy", DOUBLE);
        });
  }

  @TestFactory
  Stream<DynamicTest> retrievalFromFeatures() {
    return Golden.cases(FILE, "algorithm1").stream()
        .filter(golden -> !golden.inputs().path("generation_features").isNull())
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> checkRetrieval(golden)));
  }

  private static void checkRetrieval(Golden.Case golden) {
    VectorBlock generation = normalized(golden.inputs().path("generation_features"));
    VectorBlock understanding = normalized(golden.inputs().path("understanding_features"));
    Edges edges =
        RetrievalTest.exact(new Retrieval(threshold(golden), 0), generation, understanding);
    int n = golden.inputs().path("n").intValue();
    assertPairs(match(new Matching.Ordered(), edges, n), golden, "ordered_topn", ROUNDED);
    assertPairs(match(new Matching.Greedy(), edges, n), golden, "global_greedy", ROUNDED);
  }

  @TestFactory
  Stream<DynamicTest> lloyd() {
    return Golden.tests(
        FILE,
        "lloyd",
        golden -> {
          VectorBlock rows = block(golden.inputs().path("X"));
          int limit = golden.inputs().path("max_iter").intValue();
          List<Centroids> passes = new ArrayList<>();
          KMeans.Model model =
              KMeans.lloyd(
                  centroids -> {
                    passes.add(centroids);
                    return sums(rows, centroids);
                  },
                  centroids(golden),
                  CentroidSums::means,
                  limit,
                  0);
          JsonNode expected = golden.outputs();
          assertFlatClose(
              "centroids", model.centroids().values(), expected.path("centroids"), SINGLE);
          assertThat(model.iterations())
              .isEqualTo(expected.path("iterations_until_stable").intValue());
          Centroids last = passes.get(passes.size() - 1);
          assertLabels(rows, last, expected.path("labels_of_last_assignment"));
          assertLabels(rows, model.centroids(), expected.path("labels_against_final_centroids"));
          double inertia = KMeansTest.inertia(rows, model.centroids());
          assertClose("inertia", inertia, expected.path("inertia"), SINGLE);
          assertMedoids(rows, model.centroids(), expected);
        });
  }

  @TestFactory
  Stream<DynamicTest> miniBatch() {
    return Golden.tests(
        FILE,
        "minibatch",
        golden -> {
          VectorBlock rows = block(golden.inputs().path("X"));
          MiniBatches centres = new MiniBatches(centroids(golden));
          for (JsonNode batch : golden.inputs().path("batches")) {
            centres.take(sums(gather(rows, GoldenValues.ints(batch)), centres.centroids()));
          }
          Centroids centroids = centres.centroids();
          JsonNode expected = golden.outputs();
          assertFlatClose("centroids", centroids.values(), expected.path("centroids"), SINGLE);
          assertLabels(rows, centroids, expected.path("labels"));
          assertMedoids(rows, centroids, expected);
        });
  }

  private static void assertLabels(VectorBlock rows, Centroids centroids, JsonNode expected) {
    int[] labels = KMeansTest.clusters(rows, centroids, 1).nearest(rows.rows()).table();
    assertThat(labels).isEqualTo(GoldenValues.ints(expected));
  }

  private static void assertMedoids(VectorBlock rows, Centroids centroids, JsonNode expected) {
    assertThat(KMeansTest.clusters(rows, centroids, 1).medoids())
        .isEqualTo(GoldenValues.ints(expected.path("medoids")));
  }

  private static void assertPairs(
      Edges edges, Golden.Case golden, String reading, double tolerance) {
    List<Object[]> found = new ArrayList<>();
    for (Edge pair : edges.toList()) {
      found.add(new Object[] {pair.generation(), pair.understanding(), pair.similarity()});
    }
    assertClose(reading, found, golden.outputs().path(reading), tolerance);
  }

  private static double threshold(Golden.Case golden) {
    JsonNode threshold = golden.inputs().path("threshold");
    return threshold.isNull() ? -1 : number(threshold);
  }

  private static Edges match(Matching matching, Edges edges, int perGeneration) {
    Matcher matcher = new Matcher(matching, perGeneration);
    matcher.take(edges);
    return matcher.taken();
  }

  private static CentroidSums sums(VectorBlock rows, Centroids centroids) {
    return KMeans.sums(List.of(rows).iterator(), centroids);
  }

  private static Edges edges(double[][] similarity, double threshold) {
    Edges edges = new Edges();
    for (int g = 0; g < similarity.length; g++) {
      for (int u = 0; u < similarity[g].length; u++) {
        if (similarity[g][u] >= threshold) {
          edges.add(g, u, similarity[g][u]);
        }
      }
    }
    return edges;
  }

  private static Centroids centroids(Golden.Case golden) {
    JsonNode matrix = golden.inputs().path("initial_centroids");
    return new Centroids(GoldenValues.doubles(matrix), matrix.get(0).size());
  }

  private static VectorBlock block(JsonNode matrix) {
    return new VectorBlock(
        IntStream.range(0, matrix.size()).toArray(),
        GoldenValues.floats(matrix),
        matrix.get(0).size());
  }

  private static VectorBlock normalized(JsonNode matrix) {
    VectorBlock block = block(matrix);
    for (int row = 0; row < block.rows(); row++) {
      double squares = 0;
      for (float value : block.row(row)) {
        squares += (double) value * value;
      }
      for (int d = 0; d < block.dimension(); d++) {
        block.values()[row * block.dimension() + d] /= (float) Math.sqrt(squares);
      }
    }
    return block;
  }

  private static VectorBlock gather(VectorBlock rows, int[] wanted) {
    float[] values = new float[wanted.length * rows.dimension()];
    for (int i = 0; i < wanted.length; i++) {
      System.arraycopy(rows.row(wanted[i]), 0, values, i * rows.dimension(), rows.dimension());
    }
    return new VectorBlock(wanted, values, rows.dimension());
  }
}
