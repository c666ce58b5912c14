package dev.tandem.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.policy.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextObjectiveTest {
  /** A few float64 operations. */
  private static final double ROUNDING = 1e-12;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @Test
  void surrogateTakesTheSmallerTerm() {
    try (PointerScope scope = new PointerScope()) {
      // Ratios 1.5 and 0.5 with eps 0.2 and advantages of both signs:
      // min(1.5, 1.2), min(-1.5, -1.2), min(0.5, 0.8), min(-0.5, -0.8).
      Tensor logRatio = vector(Math.log(1.5), Math.log(1.5), Math.log(0.5), Math.log(0.5));
      Surrogate surrogate =
          new ClippedSurrogate(ClipRange.symmetric(0.2)).of(logRatio, vector(1, -1, 1, -1));

      assertThat(TestTensors.doubles(surrogate.value()))
          .containsExactly(new double[] {1.2, -1.5, 0.5, -0.8}, within(ROUNDING));
      assertThat(TestTensors.doubles(surrogate.clipped())).containsExactly(1, 0, 0, 1);
    }
  }

  @Test
  void ratioOfOneIsNeverClippedEvenByAnEmptyRange() {
    try (PointerScope scope = new PointerScope()) {
      Surrogate surrogate =
          new ClippedSurrogate(ClipRange.symmetric(0)).of(vector(0, 0), vector(2, -2));
      assertThat(TestTensors.doubles(surrogate.clipped())).containsExactly(0, 0);
    }
  }

  @Test
  void k3IsZeroAtEqualityAndPositiveElsewhere() {
    try (PointerScope scope = new PointerScope()) {
      // exp(-0.5) + 0.5 - 1 for a log-prob 0.5 above the reference.
      Tensor kl = KlEstimate.K3.of(vector(-1, -1), vector(-1, -1.5));
      assertThat(TestTensors.doubles(kl))
          .containsExactly(new double[] {0, Math.exp(-0.5) - 0.5}, within(ROUNDING));
    }
  }

  @Test
  void aggregationsWeighTokensAsNamed() {
    try (PointerScope scope = new PointerScope()) {
      // Texts of 2, 0 and 1 tokens out of 4 possible ones.
      Tensor mask = TestTensors.of(new double[] {1, 1, 0, 0, 1, 0}, 3, 2);
      TextTotals totals = new TextTotals(3, 3, 4);
      double sequence = 1.0 / 3;
      double constant = 1.0 / 12;

      assertWeights(
          TextAggregation.SEQUENCE_MEAN, mask, totals, sequence / 2, sequence / 2, sequence);
      assertWeights(TextAggregation.SEQUENCE_SUM, mask, totals, sequence, sequence, sequence);
      assertWeights(TextAggregation.SUM_BY_LENGTH, mask, totals, 0.25, 0.25, 0.25);
      assertWeights(TextAggregation.TOKEN_MEAN, mask, totals, sequence, sequence, sequence);
      assertWeights(TextAggregation.CONSTANT, mask, totals, constant, constant, constant);
    }
  }

  @Test
  void batchWithoutTextsHasNoWeights() {
    try (PointerScope scope = new PointerScope()) {
      Tensor mask = TestTensors.of(new double[2], 1, 2);
      for (TextAggregation aggregation : TextAggregation.values()) {
        Tensor weights = aggregation.weights(mask, new TextTotals(0, 0, 0));
        assertThat(TestTensors.doubles(weights)).containsExactly(0, 0);
      }
    }
  }

  @Test
  void negativeClipRangeIsRefused() {
    assertThatThrownBy(() -> new ClipRange(-0.1, 0.2))
        .hasMessage("Invalid clip range: low -0.1, high 0.2 (must not be negative)");
  }

  private static void assertWeights(
      TextAggregation aggregation, Tensor mask, TextTotals totals, double... expected) {
    double[] weights = TestTensors.doubles(aggregation.weights(mask, totals));
    assertThat(new double[] {weights[0], weights[1], weights[4]})
        .as(aggregation.name())
        .containsExactly(expected, within(ROUNDING));
    assertThat(new double[] {weights[2], weights[3], weights[5]}).containsExactly(0, 0, 0);
  }

  private static Tensor vector(double... values) {
    return TestTensors.of(values, values.length);
  }
}
