package dev.tandem.learner.update;

import java.io.Serializable;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Means by name, gathered as sums and counts. A name that was never counted has no mean: a loss
 * that nothing fed is absent and not zero.
 */
final class Measures implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Sums over the groups of an optimizer step. */
  private static final Set<String> STEP_SUMS =
      Set.of("loss/text", "loss/flow", "loss/velocity_mse", "kl/flow", "loss/total");

  private final TreeMap<String, double[]> sumAndCount = new TreeMap<>();

  /** Adds values to the mean of the given name; 0 values only add to its sum. */
  void add(String name, double sum, double count) {
    double[] entry = sumAndCount.computeIfAbsent(name, key -> new double[2]);
    entry[0] += sum;
    entry[1] += count;
  }

  /** Adds everything that a group has gathered to the numbers of its step. */
  void addGroup(Measures group) {
    group.sumAndCount.forEach((name, entry) -> add(name, entry[0], entry[1]));
  }

  /** Adds the numbers of an optimizer step: its losses are sums over groups and count once. */
  void addStep(Measures step) {
    step.sumAndCount.forEach(
        (name, entry) -> add(name, entry[0], STEP_SUMS.contains(name) ? 1 : entry[1]));
  }

  /** The means of all names that were counted. */
  SortedMap<String, Double> means() {
    SortedMap<String, Double> means = new TreeMap<>();
    sumAndCount.forEach(
        (name, entry) -> {
          if (entry[1] > 0) {
            means.put(name, entry[0] / entry[1]);
          }
        });
    return means;
  }
}
