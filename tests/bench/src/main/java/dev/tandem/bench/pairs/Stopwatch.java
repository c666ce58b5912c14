package dev.tandem.bench.pairs;

import dev.tandem.bench.ProcessorTime;
import dev.tandem.pairs.PairProgress;
import java.util.Locale;

/** Notes how long each step of a build takes, by the clock and by the processors. */
final class Stopwatch implements PairProgress {
  private final Moment start = Moment.now();
  private final StringBuilder phases = new StringBuilder();
  private Moment last = start;
  private String phase = "starting";

  /** Seconds. */
  private record Moment(double clock, double processors) {
    static Moment now() {
      return new Moment(System.nanoTime() / 1e9, ProcessorTime.seconds());
    }
  }

  @Override
  public void doing(String what) {
    lap(phase);
    phase = what;
  }

  @Override
  public void done(String what) {
    lap(what);
  }

  private void lap(String what) {
    Moment now = Moment.now();
    phases.append(
        String.format(
            Locale.ROOT,
            "       %8.1f s, %8.1f CPU s  %s%n",
            now.clock() - last.clock(),
            now.processors() - last.processors(),
            what));
    last = now;
  }

  double seconds() {
    return last.clock() - start.clock();
  }

  double processorSeconds() {
    return last.processors() - start.processors();
  }

  /** A line for each step. */
  String phases() {
    return phases.toString();
  }
}
