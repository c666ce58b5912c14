package dev.tandem.policy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProgressiveWindowTest {
  private static final RandomKey ANY_KEY = RandomKey.of(1);

  @Test
  void movesByItsSizeLessTheOverlapAndStaysAtTheEnd() {
    ProgressiveWindow window = new ProgressiveWindow(8, 3, 10, 1, 1, false);

    assertThat(steps(window, 0)).containsExactly(1, 2, 3);
    assertThat(steps(window, 9)).containsExactly(1, 2, 3);
    assertThat(steps(window, 10)).containsExactly(3, 4, 5);
    assertThat(steps(window, 20)).containsExactly(5, 6, 7);
    assertThat(steps(window, 1000)).containsExactly(5, 6, 7);
  }

  @Test
  void rollsBackToTheFirstWindow() {
    ProgressiveWindow window = new ProgressiveWindow(8, 3, 10, 1, 1, true);

    assertThat(steps(window, 29)).containsExactly(5, 6, 7);
    assertThat(steps(window, 30)).containsExactly(1, 2, 3);
  }

  @Property
  void isAlwaysWholeAndInsideTheSchedule(
      @ForAll @IntRange(min = 1, max = 6) int size,
      @ForAll @IntRange(max = 4) int begin,
      @ForAll @IntRange(max = 20) int more,
      @ForAll @IntRange(max = 5) int overlap,
      @ForAll boolean rollBack,
      @ForAll @IntRange(max = 500) int iteration) {
    int steps = begin + size + more;
    ProgressiveWindow window =
        new ProgressiveWindow(steps, size, 7, begin, overlap % size, rollBack);

    assertThat(steps(window, iteration))
        .hasSize(size)
        .allSatisfy(step -> assertThat(step).isBetween(begin, steps - 1));
  }

  @Test
  void refusesWhatCannotMove() {
    assertThatThrownBy(() -> new ProgressiveWindow(4, 5, 1, 0, 0, false))
        .hasMessageContaining("5 steps from step 0 on, of 4");
    assertThatThrownBy(() -> new ProgressiveWindow(8, 2, 1, 0, 2, false))
        .hasMessageContaining("overlap 2");
    assertThatThrownBy(() -> new ProgressiveWindow(8, 2, 0, 0, 0, false))
        .hasMessageContaining("0 iterations");
  }

  private static List<Integer> steps(ProgressiveWindow window, int iteration) {
    return window.at(iteration).choose(ANY_KEY);
  }
}
