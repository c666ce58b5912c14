package dev.tandem.jobs.experiments;

import dev.tandem.jobs.evaluation.Comparison;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * What came of one run of a variant.
 *
 * @param variant name of the variant
 * @param seed of the run
 * @param comparison before and after on the held-out set
 * @param early means of the metrics over the first iterations
 * @param late means of the metrics over the last iterations
 * @param seconds of all iterations
 */
public record Outcome(
    String variant,
    long seed,
    Comparison comparison,
    SortedMap<String, Double> early,
    SortedMap<String, Double> late,
    double seconds) {

  /** A metric's mean over the last iterations; empty where the run has none of that name. */
  OptionalDouble late(String metric) {
    return of(late, metric);
  }

  /** A metric's mean over the first iterations; empty where the run has none of that name. */
  OptionalDouble early(String metric) {
    return of(early, metric);
  }

  private static OptionalDouble of(SortedMap<String, Double> means, String metric) {
    Double mean = means.get(metric);
    return mean == null ? OptionalDouble.empty() : OptionalDouble.of(mean);
  }
}
