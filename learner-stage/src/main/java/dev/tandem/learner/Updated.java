package dev.tandem.learner;

import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a rank measured while it updated its policy.
 *
 * @param metrics values by name, the same on every rank
 * @param seconds what the policy took, without reading the batch or any file
 */
record Updated(TreeMap<String, Double> metrics, double seconds) implements Serializable {
  Updated(SortedMap<String, Double> metrics, double seconds) {
    this(new TreeMap<>(metrics), seconds);
  }
}
