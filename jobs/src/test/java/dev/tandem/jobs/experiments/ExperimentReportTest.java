package dev.tandem.jobs.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.jobs.config.ConfigLoader;
import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentReportTest {
  /** Numbers of a table in a book have three decimals. */
  private static final double ROUNDED = 0.5e-3;

  private static final Experiment EXPERIMENT =
      new Experiment(
          "colours", "Which is best", List.of(), List.of(Variant.of("red"), Variant.of("blue")));

  static List<Experiment> experiments() {
    return Experiment.ALL;
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyVariantIsAConfiguration(Experiment experiment) {
    for (Variant variant : experiment.variants()) {
      List<String> assignments = new ArrayList<>(experiment.common());
      assignments.addAll(variant.assignments());

      assertThat(ConfigLoader.load("experiment", null, new Properties(), assignments)).isNotNull();
    }
  }

  @Test
  void theIntervalIsStudents() {
    // Three values: t = 4.303 with 2 degrees of freedom, standard deviation 1.
    Estimate estimate = Estimate.of(List.of(1.0, 2.0, 3.0));

    assertThat(estimate.mean()).isEqualTo(2);
    assertThat(estimate.halfWidth()).isCloseTo(4.303 / Math.sqrt(3), within(ROUNDED));
    assertThat(Estimate.of(List.of(0.5)).asChange()).isEqualTo("+0.500");
  }

  @Test
  void showsTheMeanChangeOfEveryVariantAndEveryRun() {
    String page =
        new ExperimentReport(
                EXPERIMENT,
                List.of(
                    outcome("red", 1, 1),
                    outcome("red", 2, 3),
                    outcome("blue", 1, 0),
                    outcome("blue", 2, 0)))
            .markdown();

    assertThat(page)
        .contains("| red | +0.500 ± 3.177 | +0.500 ± 3.177 | 0.250 to 0.750 | 12 |")
        .contains("| blue | +0.000 ± 0.000 |")
        .contains("| red | 2 | geneval | 0.000 | 0.750 | 3 | 0 | 0.000 | 0.750 |");
  }

  private static Outcome outcome(String variant, long seed, int fixed) {
    List<Answer> before = new ArrayList<>();
    List<Answer> after = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      before.add(answer(i, false));
      after.add(answer(i, i < fixed));
    }
    return new Outcome(
        variant,
        seed,
        new Comparison(before, after),
        new TreeMap<>(Map.of("reward/reason/geneval_graded", 0.25)),
        new TreeMap<>(Map.of("reward/reason/geneval_graded", 0.75)),
        12);
  }

  private static Answer answer(int seed, boolean right) {
    return new Answer(
        Suite.GENEVAL, "colors-000", "colors", "a", "", null, right ? 1 : 0, right, right, seed);
  }
}
