package dev.tandem.jobs.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.jobs.config.TandemConfig.Suite;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void countsFixedAndBrokenItemsByTagAndOverall() {
    Comparison comparison =
        new Comparison(
            List.of(
                answer("counting", 0, false),
                answer("counting", 1, true),
                answer("colors", 0, true)),
            List.of(
                answer("colors", 0, true),
                answer("counting", 1, false),
                answer("counting", 0, true)));

    assertThat(comparison.lines(Suite.GENEVAL))
        .containsExactly(
            new Comparison.Line("counting", 2, 0.5, 0.5, 0.5, 0.5, new PairedTest(1, 1)),
            new Comparison.Line("colors", 1, 1, 1, 1, 1, new PairedTest(0, 0)),
            new Comparison.Line(
                "all of geneval", 3, 2.0 / 3, 2.0 / 3, 2.0 / 3, 2.0 / 3, new PairedTest(1, 1)));
    assertThat(comparison.lines(Suite.MULTIPLE_CHOICE)).isEmpty();
  }

  @Test
  void refusesDifferentItems() {
    assertThatThrownBy(
            () -> new Comparison(List.of(answer("a", 0, true)), List.of(answer("a", 1, true))))
        .hasMessage("Not the same items and seeds before and after");
  }

  private static Answer answer(String tag, int seed, boolean right) {
    return new Answer(
        Suite.GENEVAL, tag + "-000", tag, "a photo", "", null, right ? 1 : 0, right, right, seed);
  }
}
