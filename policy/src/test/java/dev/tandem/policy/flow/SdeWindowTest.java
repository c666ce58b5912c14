package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.random.RandomKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SdeWindowTest {
  private static final int DRAWS = 6000;

  /** Six standard deviations of the rarest count (600 of 6,000, standard deviation 23). */
  private static final Percentage FREQUENCY = Percentage.withPercentage(25);

  @Test
  void contiguousWindowsStartAnywhereEquallyOften() {
    Map<List<Integer>, Integer> counts = draw(new SdeWindow.Contiguous(0, 5, 3));

    assertThat(counts).containsOnlyKeys(List.of(0, 1, 2), List.of(1, 2, 3), List.of(2, 3, 4));
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isCloseTo(DRAWS / 3, FREQUENCY));
  }

  @Test
  void scatteredStepsAreAnySetEquallyOften() {
    Map<List<Integer>, Integer> counts = draw(new SdeWindow.Scattered(0, 5, 3));

    assertThat(counts).hasSize(10).containsKeys(List.of(0, 2, 4), List.of(0, 1, 2));
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isCloseTo(DRAWS / 10, FREQUENCY));
  }

  @Test
  void stepsStayInTheRange() {
    assertThat(draw(new SdeWindow.Scattered(2, 4, 2))).containsOnlyKeys(List.of(2, 3));
    assertThat(draw(new SdeWindow.Contiguous(7, 8, 1))).containsOnlyKeys(List.of(7));
  }

  @Test
  void aShareTakesAllItsSteps() {
    assertThat(draw(SdeWindow.share(10, 0, 0.5))).containsOnlyKeys(List.of(0, 1, 2, 3, 4));
    assertThat(draw(SdeWindow.share(10, 0.85, 1))).containsOnlyKeys(List.of(8, 9));
    assertThatThrownBy(() -> SdeWindow.share(10, 0, 0.05)).hasMessageContaining("[0, 0)");
    assertThatThrownBy(() -> SdeWindow.share(10, 0.5, 1.5)).hasMessageContaining("1.5");
  }

  @Test
  void equalKeysChooseEqually() {
    SdeWindow window = new SdeWindow.Scattered(0, 20, 5);
    RandomKey key = RandomKey.of(3).with("window");

    assertThat(window.choose(key)).isEqualTo(window.choose(key)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void refusesMoreStepsThanTheRangeHas() {
    assertThatThrownBy(() -> new SdeWindow.Contiguous(0, 2, 3))
        .hasMessageContaining("3 steps of the range [0, 2)");
    assertThatThrownBy(() -> new SdeWindow.Scattered(-1, 2, 1)).hasMessageContaining("[-1, 2)");
    assertThatThrownBy(() -> new SdeWindow.Scattered(0, 2, 0)).hasMessageContaining("0 steps");
  }

  private static Map<List<Integer>, Integer> draw(SdeWindow window) {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      counts.merge(window.choose(RandomKey.of(11).with(draw)), 1, Integer::sum);
    }
    return counts;
  }
}
