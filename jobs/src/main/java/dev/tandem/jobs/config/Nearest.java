package dev.tandem.jobs.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known name that a misspelt one most likely meant. */
final class Nearest {
  private Nearest() {}

  /**
   * The candidate with the smallest edit distance to {@code name}, comparing the last part of
   * dotted names first; the smaller name wins ties.
   */
  static String to(String name, Collection<String> candidates) {
    return candidates.stream()
        .min(
            Comparator.<String>comparingInt(
                    candidate ->
                        Math.min(
                            distance(name, candidate), 1 + distance(last(name), last(candidate))))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Levenshtein distance in two rows. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
