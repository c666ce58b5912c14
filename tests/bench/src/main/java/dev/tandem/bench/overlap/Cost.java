package dev.tandem.bench.overlap;

import dev.tandem.bench.ProcessorTime;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a piece of work took, in seconds.
 *
 * @param clock by the clock
 * @param processors of the processors, in this process
 * @param judge of the processors, in the judge's process
 */
record Cost(double clock, double processors, double judge) {

  static Cost of(Runnable work, JudgeProcess judge) {
    double clock = System.nanoTime() / 1e9;
    double processors = ProcessorTime.seconds();
    double judged = judge.processorTime();
    work.run();
    return new Cost(
        System.nanoTime() / 1e9 - clock,
        ProcessorTime.seconds() - processors,
        judge.processorTime() - judged);
  }

  /** The median of each. */
  static Cost median(List<Cost> costs) {
    return new Cost(
        median(costs, Cost::clock), median(costs, Cost::processors), median(costs, Cost::judge));
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
    return costs.stream().mapToDouble(value).sorted().toArray()[costs.size() / 2];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%6.2f s, %6.2f CPU s, the judge's %5.2f", clock, processors, judge);
  }
}
