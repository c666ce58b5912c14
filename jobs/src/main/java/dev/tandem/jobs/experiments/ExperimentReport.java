package dev.tandem.jobs.experiments;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What came of an experiment, as a page of Markdown. */
public final class ExperimentReport {
  /** Mean training reward of the images, by the detector that the evaluation uses as well. */
  private static final String TRAINING_REWARD = "reward/reason/geneval_graded";

  private static final String COSINE = "gradient_cosine/reason_understand";

  private final Experiment experiment;
  private final List<Outcome> outcomes;

  /**
   * @param outcomes of all variants and seeds
   */
  public ExperimentReport(Experiment experiment, List<Outcome> outcomes) {
    this.experiment = experiment;
    this.outcomes = List.copyOf(outcomes);
  }

  /** The page. */
  public String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("## " + experiment.name());
    lines.add("");
    lines.add(experiment.question() + ".");
    lines.add("");
    lines.add(
        "Change of the strict score from before to after training, mean over %d seeds ± half its 95 %% interval (Student's). Audit: the same images judged by the second detector, which no reward uses."
            .formatted(outcomes.stream().map(Outcome::seed).distinct().count()));
    lines.add("");
    table(lines);
    lines.add("");
    lines.add(
        "Each run: strict score before and after, by the reward's detector and by the audit.");
    lines.add("");
    runs(lines);
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private void table(List<String> lines) {
    Set<Suite> suites = outcomes.get(0).comparison().suites();
    List<String> header = new ArrayList<>(List.of("variant"));
    for (Suite suite : suites) {
      header.add(suite.word());
      if (!suite.asks()) {
        header.add("audit");
      }
    }
    header.add("training reward");
    boolean cosine = outcomes.stream().anyMatch(outcome -> outcome.late(COSINE).isPresent());
    if (cosine) {
      header.add("gradient cosine");
    }
    header.add("training seconds");
    lines.add(row(header));
    lines.add(row(header.stream().map(name -> "---").toList()));
    for (Variant variant : experiment.variants()) {
      List<Outcome> own = of(variant);
      List<String> cells = new ArrayList<>(List.of(variant.name()));
      for (Suite suite : suites) {
        cells.add(change(own, suite, Comparison.Line::gain));
        if (!suite.asks()) {
          cells.add(change(own, suite, line -> line.auditAfter() - line.auditBefore()));
        }
      }
      cells.add(
          mean(own, outcome -> outcome.early(TRAINING_REWARD))
              + " to "
              + mean(own, outcome -> outcome.late(TRAINING_REWARD)));
      if (cosine) {
        cells.add(mean(own, outcome -> outcome.late(COSINE)));
      }
      cells.add(
          Long.toString(
              Math.round(own.stream().mapToDouble(Outcome::seconds).average().orElseThrow())));
      lines.add(row(cells));
    }
  }

  private void runs(List<String> lines) {
    lines.add(
        row(
            List.of(
                "variant",
                "seed",
                "suite",
                "before",
                "after",
                "fixed",
                "broken",
                "audit before",
                "audit after")));
    lines.add(row(List.of("---", "---", "---", "---", "---", "---", "---", "---", "---")));
    for (Outcome outcome : outcomes) {
      for (Suite suite : outcome.comparison().suites()) {
        Comparison.Line line = outcome.comparison().total(suite);
        lines.add(
            row(
                List.of(
                    outcome.variant(),
                    Long.toString(outcome.seed()),
                    suite.word(),
                    number(line.before()),
                    number(line.after()),
                    Integer.toString(line.change().fixed()),
                    Integer.toString(line.change().broken()),
                    number(line.auditBefore()),
                    number(line.auditAfter()))));
      }
    }
  }

  private List<Outcome> of(Variant variant) {
    return outcomes.stream().filter(o -> o.variant().equals(variant.name())).toList();
  }

  private static String change(
      List<Outcome> outcomes, Suite suite, ToDoubleFunction<Comparison.Line> value) {
    return Estimate.of(
            outcomes.stream()
                .map(outcome -> value.applyAsDouble(outcome.comparison().total(suite)))
                .toList())
        .asChange();
  }

  private static String mean(List<Outcome> outcomes, Function<Outcome, OptionalDouble> value) {
    return number(
        outcomes.stream()
            .map(value)
            .flatMapToDouble(OptionalDouble::stream)
            .average()
            .orElse(Double.NaN));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
