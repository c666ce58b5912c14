package dev.tandem.learner;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an update left.
 *
 * @param policyVersion digest of the new weights
 * @param folder the checkpoint
 * @param metrics values by name, for the table {@code metrics}; a loss that no row fed is absent
 * @param seconds what the policy's steps took, without reading the batch or any file
 */
public record UpdateResult(
    String policyVersion, Path folder, SortedMap<String, Double> metrics, double seconds) {
  public UpdateResult {
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }
}
