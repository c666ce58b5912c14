package dev.tandem.jobs.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where an iteration's time went.
 *
 * @param seconds by phase, in the order in which they began
 * @param policy what of them the policy took; the rest moves and scores its work
 * @param elapsed seconds of all phases, and those that no phase accounts for
 */
record PhaseTimes(Map<String, Double> seconds, double policy, double elapsed) {
  PhaseTimes {
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }
}
