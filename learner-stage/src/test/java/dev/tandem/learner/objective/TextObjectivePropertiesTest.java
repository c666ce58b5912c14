package dev.tandem.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.testing.TextLosses;
import dev.tandem.policy.Torch;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** What holds for every loss of texts with every ratio, aggregation and penalty. */
class TextObjectivePropertiesTest {
  private static final int MEMBERS = 4;
  private static final int WIDTH = 5;

  /** Some dozens of float64 operations on numbers of the order of 1. */
  private static final double ROUNDING = 1e-12;

  /** The guard of the geometric mean's length, 1e-8, on numbers of the order of 1. */
  private static final double GEOMETRIC_GUARD = 1e-7;

  @BeforeContainer
  static void loadLibrary() {
    Torch.use();
  }

  @Property(tries = 200)
  void whatLiesBeyondTheEndTokenHasNoInfluence(
      @ForAll TextLoss loss,
      @ForAll RatioLevel level,
      @ForAll TextAggregation aggregation,
      @ForAll KlEstimate estimate,
      @ForAll boolean corrected,
      @ForAll long seed) {
    try (PointerScope scope = new PointerScope()) {
      KlForm kl = new KlForm(estimate, false, corrected, Double.POSITIVE_INFINITY);
      TextObjective objective = objective(loss, level, aggregation, kl);
      Texts texts = new Texts(seed);
      double[] clean = texts.evaluate(objective, 0, 1.0);
      for (double garbage : new double[] {7, 1e9, Double.NaN, Double.NEGATIVE_INFINITY}) {
        assertThat(texts.evaluate(objective, garbage, 1.0)).containsExactly(clean);
      }
    }
  }

  @Property(tries = 200)
  void weightOneChangesNothingAndAnyOtherScalesTheObjective(
      @ForAll TextLoss loss,
      @ForAll RatioLevel level,
      @ForAll TextAggregation aggregation,
      @ForAll @DoubleRange(min = 0.01, max = 1) double weight,
      @ForAll long seed) {
    try (PointerScope scope = new PointerScope()) {
      TextObjective objective = withoutPenalty(loss, level, aggregation);
      Texts texts = new Texts(seed);
      double[] plain = texts.evaluate(objective, 0, null);

      assertThat(texts.evaluate(objective, 0, 1.0)).containsExactly(plain);
      double[] scaled = Arrays.stream(plain).map(value -> weight * value).toArray();
      assertThat(texts.evaluate(objective, 0, weight)).containsExactly(scaled, within(ROUNDING));
    }
  }

  @Property(tries = 200)
  void zeroAdvantageGivesZeroGradient(
      @ForAll TextLoss loss,
      @ForAll RatioLevel level,
      @ForAll TextAggregation aggregation,
      @ForAll long seed) {
    try (PointerScope scope = new PointerScope()) {
      double[] gradient =
          new Texts(seed).evaluate(withoutPenalty(loss, level, aggregation), 0, 0.0);

      assertThat(Arrays.stream(gradient).map(Math::abs).toArray()).containsOnly(0.0);
    }
  }

  @Property(tries = 100)
  void onPolicyTheGradientOfTokensIsThatOfTheirLogProbabilities(
      @ForAll TextLoss loss, @ForAll TextAggregation aggregation, @ForAll long seed) {
    // SAPO's gate has the slope 1 at a ratio of 1; the geometric mean spreads a sequence's credit.
    RatioLevel level = RatioLevel.TOKEN;
    boolean spread = loss == TextLoss.GEO_MEAN;
    TextAggregation weights = spread ? TextAggregation.SEQUENCE_MEAN : aggregation;
    try (PointerScope scope = new PointerScope()) {
      Texts texts = new Texts(seed).onPolicy();
      double[] gradient = texts.evaluate(withoutPenalty(loss, level, weights), 0, 1.0);
      double[] expected = texts.evaluate(withoutPenalty(TextLoss.GPG, level, weights), 0, 1.0);

      for (int i = 1; i < gradient.length; i++) {
        assertThat(gradient[i]).isCloseTo(expected[i], within(GEOMETRIC_GUARD));
      }
    }
  }

  @Property(tries = 100)
  void objectivesOfGroupsAddUpToThatOfTheBatch(
      @ForAll TextLoss loss,
      @ForAll RatioLevel level,
      @ForAll TextAggregation aggregation,
      @ForAll long seed) {
    try (PointerScope scope = new PointerScope()) {
      TextObjective objective = withoutPenalty(loss, level, aggregation);
      Texts texts = new Texts(seed);
      double sum = 0;
      for (int i = 0; i < MEMBERS; i++) {
        sum += texts.member(objective, i);
      }
      assertThat(sum).isCloseTo(texts.evaluate(objective, 0, 1.0)[0], within(ROUNDING));
    }
  }

  @Property(tries = 100)
  void aPenaltyAboveItsLimitIsLeftOut(
      @ForAll TextLoss loss, @ForAll RatioLevel level, @ForAll long seed) {
    try (PointerScope scope = new PointerScope()) {
      Texts texts = new Texts(seed);
      KlForm never = new KlForm(KlEstimate.ABS, false, false, 1e-9);
      TextAggregation aggregation = TextAggregation.TOKEN_MEAN;

      assertThat(texts.evaluate(objective(loss, level, aggregation, never), 0, 1.0))
          .containsExactly(texts.evaluate(withoutPenalty(loss, level, aggregation), 0, 1.0));
    }
  }

  private static TextObjective withoutPenalty(
      TextLoss loss, RatioLevel level, TextAggregation aggregation) {
    return TextLosses.of(loss).level(level).aggregation(aggregation).build().objective();
  }

  private static TextObjective objective(
      TextLoss loss, RatioLevel level, TextAggregation aggregation, KlForm kl) {
    TextObjective plain = withoutPenalty(loss, level, aggregation);
    return new TextObjective(plain.surrogate(), plain.ratio(), 0.1, kl, aggregation);
  }

  /** Random texts of different lengths, one of them empty. */
  private static final class Texts {
    private final double[] logProbs = new double[MEMBERS * WIDTH];
    private final double[] anchor = new double[MEMBERS * WIDTH];
    private final double[] reference = new double[MEMBERS * WIDTH];
    private final double[] mask = new double[MEMBERS * WIDTH];
    private final double[] advantages = new double[MEMBERS];

    Texts(long seed) {
      CounterRandom random = RandomKey.of(seed).random();
      for (int i = 0; i < MEMBERS; i++) {
        advantages[i] = random.nextGaussian();
        int length = i == 0 ? 0 : 1 + random.nextInt(WIDTH);
        for (int k = 0; k < length; k++) {
          int at = i * WIDTH + k;
          logProbs[at] = -Math.abs(random.nextGaussian());
          anchor[at] = logProbs[at] + 0.3 * random.nextGaussian();
          reference[at] = logProbs[at] + 0.3 * random.nextGaussian();
          mask[at] = 1;
        }
      }
    }

    Texts onPolicy() {
      System.arraycopy(logProbs, 0, anchor, 0, anchor.length);
      return this;
    }

    /** Objective and gradient, with this beyond the mask and advantages times the weight. */
    double[] evaluate(TextObjective objective, double beyond, Double weight) {
      double[] weighted =
          Arrays.stream(advantages).map(a -> weight == null ? a : a * weight).toArray();
      Tensor leaf = TestTensors.leaf(rows(logProbs, beyond));
      Tensor value =
          objective
              .evaluate(
                  new TextObjective.Inputs(
                      leaf,
                      rows(anchor, -beyond),
                      objective.klWeight() > 0 ? rows(reference, beyond) : null,
                      rows(mask, 0),
                      TestTensors.of(weighted, MEMBERS)),
                  totals())
              .objective();
      double[] gradient = TestTensors.doubles(TestTensors.gradient(value, leaf));
      double[] result = new double[1 + gradient.length];
      result[0] = value.item_double();
      System.arraycopy(gradient, 0, result, 1, gradient.length);
      return result;
    }

    double member(TextObjective objective, int i) {
      return objective
          .evaluate(
              new TextObjective.Inputs(
                  rows(logProbs, 0).narrow(0, i, 1),
                  rows(anchor, 0).narrow(0, i, 1),
                  null,
                  rows(mask, 0).narrow(0, i, 1),
                  TestTensors.of(new double[] {advantages[i]}, 1)),
              totals())
          .objective()
          .item_double();
    }

    private TextTotals totals() {
      return new TextTotals(MEMBERS, (long) Arrays.stream(mask).sum(), WIDTH);
    }

    private Tensor rows(double[] values, double beyond) {
      double[] rows = values.clone();
      for (int i = 0; i < rows.length; i++) {
        if (mask[i] == 0) {
          rows[i] = beyond;
        }
      }
      return TestTensors.of(rows, MEMBERS, WIDTH);
    }
  }
}
