package dev.tandem.jobs.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Measures the seconds of each phase of an iteration, in the order in which they began. */
final class PhaseClock {
  private static final double NANOS = 1e9;

  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Consumer<String> onPhase;
  private final long start = System.nanoTime();
  private double policy;

  /**
   * @param onPhase told the name of each phase as it begins
   */
  PhaseClock(Consumer<String> onPhase) {
    this.onPhase = onPhase;
  }

  <T> T time(String phase, Supplier<T> work) {
    onPhase.accept(phase);
    long began = System.nanoTime();
    try {
      return work.get();
    } finally {
      seconds.merge(phase, since(began), Double::sum);
    }
  }

  void run(String phase, Runnable work) {
    time(
        phase,
        () -> {
          work.run();
          return true;
        });
  }

  /** Tells how much of the phases' time the policy took; the rest moves and scores its work. */
  void ofPolicy(double seconds) {
    policy += seconds;
  }

  /** The times so far. */
  PhaseTimes times() {
    return new PhaseTimes(seconds, policy, since(start));
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / NANOS;
  }
}
