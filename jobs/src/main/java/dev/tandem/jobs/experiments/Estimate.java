package dev.tandem.jobs.experiments;

import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A mean over seeds with half the width of its 95 % interval by Student's distribution.
 *
 * @param halfWidth NaN for a single seed
 */
record Estimate(double mean, double halfWidth) {
  private static final double QUANTILE = 0.975;

  static Estimate of(List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    if (values.size() < 2) {
      return new Estimate(mean, Double.NaN);
    }
    double deviation =
        new StandardDeviation()
            .evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
    double quantile = new TDistribution(values.size() - 1).inverseCumulativeProbability(QUANTILE);
    return new Estimate(mean, quantile * deviation / Math.sqrt(values.size()));
  }

  /** The estimate as a change, such as {@code +0.163 ± 0.041}. */
  String asChange() {
    return Double.isNaN(halfWidth)
        ? String.format(Locale.ROOT, "%+.3f", mean)
        : String.format(Locale.ROOT, "%+.3f ± %.3f", mean, halfWidth);
  }
}
