package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomesTest {
  private static final ScoringInput SHORT = input(1);
  private static final ScoringInput NONE =
      Scripted.input(Optional.empty(), OptionalInt.empty(), Map.of());
  private static final ScoringInput LONG = input(9);

  /** Scores all lengths at once, or throws. */
  private static final class Batch implements Reward {
    private final List<Double> values;
    private int asked;

    Batch(Double... values) {
      this.values = List.of(values);
    }

    @Override
    public String name() {
      return "batch";
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.TOKENS);
    }

    @Override
    public Range range() {
      return Range.UNIT;
    }

    @Override
    public List<RewardOutcome> score(List<ScoringInput> inputs) throws IOException {
      asked += inputs.size();
      if (values.isEmpty()) {
        throw new IOException("the server is gone\nwith a stack trace");
      }
      return values.stream()
          .map(value -> (RewardOutcome) new RewardOutcome.Value(value, "{}"))
          .toList();
    }
  }

  @Test
  void whatLacksSomethingIsNotShownAndTheOthersKeepTheirPlaces() {
    Batch batch = new Batch(0.25, 0.75);
    assertThat(Outcomes.of(batch, List.of(SHORT, NONE, LONG)))
        .containsExactly(
            new RewardOutcome.Value(0.25, "{}"),
            new RewardOutcome.Failure("missing", "the rollout has no text tokens"),
            new RewardOutcome.Value(0.75, "{}"));
    assertThat(batch.asked).isEqualTo(2);
  }

  @Test
  void anExceptionFailsAllThatWereAskedTogether() {
    assertThat(Outcomes.of(new Batch(), List.of(SHORT, LONG)))
        .containsOnly(new RewardOutcome.Failure("error", "IOException: the server is gone"));
  }

  @Test
  void anotherNumberOfScoresIsAFailureOfAll() {
    assertThat(Outcomes.of(new Batch(0.5), List.of(SHORT, LONG)))
        .hasSize(2)
        .allMatch(outcome -> outcome instanceof RewardOutcome.Failure);
  }

  @Test
  void oneExceptionOfASingleRewardLeavesTheOthers() {
    Scripted reward =
        new Scripted(
            "picky",
            input -> {
              if (input.tokens().orElse(0) > 5) {
                throw new IllegalStateException("too long");
              }
              return 1;
            });
    assertThat(Outcomes.of(reward, List.of(LONG, SHORT)))
        .containsExactly(
            new RewardOutcome.Failure("error", "IllegalStateException: too long"),
            new RewardOutcome.Value(1, "{}"));
  }

  @Test
  void aProductFailsWithItsFactor() {
    Reward product =
        new ProductReward(
            List.of(
                new Scripted("v", input -> input.tokens().orElse(0) > 5 ? Double.NaN : 0.5),
                new Scripted("format", input -> -2)));
    assertThat(product.name()).isEqualTo("v*format");
    assertThat(Outcomes.of(product, List.of(SHORT, LONG)))
        .containsExactly(
            new RewardOutcome.Value(-1, "{\"v\":0.5,\"format\":-2.0}"),
            new RewardOutcome.Failure("range", "v: the value is no number in [-Infinity, 1.0]"));
  }

  @Test
  void aRememberedRewardIsAskedOnce() {
    Scripted reward = new Scripted("v", input -> 1);
    RememberedReward remembered = new RememberedReward(reward);
    remembered.score(List.of(SHORT));
    assertThat(remembered.score(List.of(LONG, SHORT, LONG)))
        .hasSize(3)
        .containsOnly(new RewardOutcome.Value(1, "{}"));
    assertThat(reward.asked()).containsExactly(SHORT, LONG);
  }

  @Test
  void productsOfRangesHoldAllProducts() {
    Range product = new Range(Double.NEGATIVE_INFINITY, 1).times(Range.UNIT);
    assertThat(product).isEqualTo(new Range(Double.NEGATIVE_INFINITY, 1));
    assertThat(new Range(-2, 3).times(new Range(-1, 5))).isEqualTo(new Range(-10, 15));
  }

  @Test
  void aBatchIsOneQuestion() {
    Batch batch = new Batch(IntStream.range(0, 50).mapToObj(i -> i / 50.0).toArray(Double[]::new));
    List<ScoringInput> inputs = IntStream.range(0, 50).mapToObj(OutcomesTest::input).toList();
    assertThat(Outcomes.of(batch, inputs).get(10)).isEqualTo(new RewardOutcome.Value(0.2, "{}"));
  }

  private static ScoringInput input(int tokens) {
    return Scripted.input(Optional.empty(), OptionalInt.of(tokens), Map.of());
  }
}
