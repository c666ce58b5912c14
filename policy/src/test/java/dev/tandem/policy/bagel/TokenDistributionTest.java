package dev.tandem.policy.bagel;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.TextSampling;
import dev.tandem.testing.Golden;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TokenDistributionTest {
  /** That of the golden index for probabilities. */
  private static final double TOLERANCE = 1e-12;

  /** Sums of up to 50 probabilities in float64. */
  private static final double ROUNDING = 1e-12;

  /** R3 looks no further for the mass of top-p. */
  private static final int R3_CANDIDATES = 1000;

  @Tag("golden")
  @TestFactory
  Stream<DynamicTest> r3NextToken() {
    return Golden.tests(
        "r3/buffer_and_sampling.json", "next_token", TokenDistributionTest::checkNextToken);
  }

  /** R3 ignores top-k where top-p cuts; none is -1. */
  private static void checkNextToken(Golden.Case golden) {
    JsonNode in = golden.inputs();
    double topP = number(in.get("top_p"));
    int topK = topP < 1 ? R3_CANDIDATES : Math.max(0, in.get("top_k").intValue());
    double[] logits = doubles(in.get("logits"));
    TokenDistribution found =
        read(new TextSampling(number(in.get("temperature")), topK, topP, 1), logits);
    JsonNode out = golden.outputs();
    double[] probabilities = found.probabilities();
    int token = out.get("token").intValue();
    assertFlatClose("distribution", probabilities, out.get("sampling_distribution"), TOLERANCE);
    assertThat(found.draw(middle(probabilities, token, topK > 0 || topP < 1))).isEqualTo(token);
    // R3 returns the probability before the cut of top-p, but after the one of top-k.
    double returned = topP < 1 ? Math.exp(found.logProb(token)) : probabilities[token];
    assertClose("probability", returned, out.get("returned_probability"), TOLERANCE);
    double plain = Math.exp(read(new TextSampling(1, 0, 1, 1), logits).logProb(token));
    assertClose("behaviour", plain, out.get("behavior_prob_temperature_1"), TOLERANCE);
  }

  /** The uniform number in the middle of the token's share; candidates stand by probability. */
  private static double middle(double[] probabilities, int token, boolean truncated) {
    Comparator<Integer> order = Comparator.comparingInt(i -> i);
    if (truncated) {
      order = Comparator.<Integer>comparingDouble(i -> -probabilities[i]).thenComparing(order);
    }
    double before = 0;
    List<Integer> tokens = IntStream.range(0, probabilities.length).boxed().sorted(order).toList();
    for (int i = 0; tokens.get(i) != token; i++) {
      before += probabilities[tokens.get(i)];
    }
    return before + probabilities[token] / 2;
  }

  /** Few values, so that ties are frequent. */
  @Provide
  Arbitrary<double[]> rows() {
    Arbitrary<Double> tied = Arbitraries.integers().between(-3, 3).map(i -> i / 2.0);
    Arbitrary<Double> free = Arbitraries.doubles().between(-30, 30);
    Arbitrary<Double> impossible = Arbitraries.just(Double.NEGATIVE_INFINITY);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, tied),
            net.jqwik.api.Tuple.of(3, free),
            net.jqwik.api.Tuple.of(1, impossible))
        .list()
        .ofMinSize(1)
        .ofMaxSize(50)
        .filter(values -> values.stream().anyMatch(Double::isFinite))
        .map(values -> values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Property
  void probabilitiesSumToOneAndKeepTheMostLikelyToken(
      @ForAll("rows") double[] logits,
      @ForAll @DoubleRange(min = 0.05, max = 4) double temperature,
      @ForAll @IntRange(max = 60) int topK,
      @ForAll @DoubleRange(min = 0.01, max = 1) double topP) {
    TokenDistribution found = read(new TextSampling(temperature, topK, topP, 1), logits);
    double[] probabilities = found.probabilities();

    assertThat(Arrays.stream(probabilities).sum()).isEqualTo(1, within(ROUNDING));
    assertThat(probabilities[found.best()]).isPositive();
    if (topK > 0) {
      assertThat(Arrays.stream(probabilities).filter(p -> p > 0).count()).isLessThanOrEqualTo(topK);
    }
  }

  @Property
  void agreesWithASortOfTheVocabulary(
      @ForAll("rows") double[] logits,
      @ForAll @IntRange(max = 60) int topK,
      @ForAll @DoubleRange(min = 0.01, max = 1) double topP) {
    double[] plain = read(new TextSampling(1, 0, 1, 1), logits).probabilities();
    List<Integer> byProbability =
        IntStream.range(0, plain.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> -logits[i]).thenComparing(i -> i))
            .limit(topK == 0 ? plain.length : topK)
            .toList();
    double before = 0;
    double[] expected = new double[plain.length];
    for (int token : byProbability) {
      expected[token] = topP == 1 || before <= topP ? plain[token] : 0;
      before += plain[token];
    }
    double kept = Arrays.stream(expected).sum();
    double[] found = read(new TextSampling(1, topK, topP, 1), logits).probabilities();
    for (int token = 0; token < plain.length; token++) {
      assertThat(found[token]).isEqualTo(expected[token] / kept, within(ROUNDING));
    }
  }

  @Property
  void moreMassKeepsMoreTokens(
      @ForAll("rows") double[] logits,
      @ForAll @DoubleRange(min = 0.01, max = 1) double one,
      @ForAll @DoubleRange(min = 0.01, max = 1) double other) {
    double[] fewer = read(new TextSampling(1, 0, Math.min(one, other), 1), logits).probabilities();
    double[] more = read(new TextSampling(1, 0, Math.max(one, other), 1), logits).probabilities();
    for (int token = 0; token < logits.length; token++) {
      if (fewer[token] > 0) {
        assertThat(more[token]).isPositive().isLessThanOrEqualTo(fewer[token] + ROUNDING);
      }
    }
  }

  @Property
  void drawsOnlyWhatIsPossible(
      @ForAll("rows") double[] logits,
      @ForAll @IntRange(max = 60) int topK,
      @ForAll @DoubleRange(min = 0.01, max = 1) double topP) {
    TokenDistribution found = read(new TextSampling(1, topK, topP, 1), logits);
    double[] probabilities = found.probabilities();
    for (double uniform : new double[] {0, 0.3, 0.5, 0.999, Math.nextDown(1.0)}) {
      assertThat(probabilities[found.draw(uniform)]).isPositive();
    }
  }

  /** The mass before the third token is exactly top-p: it is kept, as in R3. */
  @Test
  void aTieWithTheMassIsKept() {
    double[] logits = {0, 0, 0, 0};

    assertThat(read(new TextSampling(1, 0, 0.5, 1), logits).probabilities())
        .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0, 0}, within(ROUNDING));
    assertThat(read(new TextSampling(1, 0, Math.nextDown(0.5), 1), logits).probabilities())
        .containsExactly(new double[] {0.5, 0.5, 0, 0}, within(ROUNDING));
  }

  @Test
  void equallyLikelyTokensAreTakenFromTheSmallestId() {
    assertThat(read(new TextSampling(1, 2, 1, 1), 1, 2, 1, 2, 2).probabilities())
        .containsExactly(new double[] {0, 0.5, 0, 0.5, 0}, within(ROUNDING));
    assertThat(read(TextSampling.greedy(1), 1, 2, 1, 2, 2).best()).isEqualTo(1);
  }

  @Test
  void aRowLeavesNoTraceInTheNext() {
    TextSampling sampling = new TextSampling(0.7, 3, 0.9, 1);
    TokenDistribution reused = new TokenDistribution(sampling, 5);
    double[][] rows = {{5, 4, 3, 2, 1}, {0, 0, 0, 0, 9}, {1, -1, 2, -2, 0}};
    for (double[] row : rows) {
      reused.read(i -> row[i]);
      assertThat(reused.probabilities()).isEqualTo(read(sampling, row).probabilities());
    }
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    assertThatThrownBy(() -> read(TextSampling.greedy(1), 1, Double.NaN))
        .hasMessageContaining("logits are not numbers");
    assertThatThrownBy(() -> read(TextSampling.greedy(1), 1, Double.POSITIVE_INFINITY))
        .hasMessageContaining("logits are not numbers");
  }

  private static TokenDistribution read(TextSampling sampling, double... logits) {
    TokenDistribution distribution = new TokenDistribution(sampling, logits.length);
    distribution.read(i -> logits[i]);
    return distribution;
  }
}
