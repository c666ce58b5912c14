package dev.tandem.bench.advantages;

import dev.tandem.bench.ProcessorTime;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

/** How long something took, by the clock and by the processors. */
record Seconds(double clock, double processors) {

  /** Something to measure. */
  interface Work {
    void run() throws SQLException;
  }

  static Seconds of(Work work) throws SQLException {
    double clock = System.nanoTime() / 1e9;
    double processors = ProcessorTime.seconds();
    work.run();
    return new Seconds(System.nanoTime() / 1e9 - clock, ProcessorTime.seconds() - processors);
  }

  /** The median of each. */
  static Seconds median(Seconds[] all) {
    double[] clocks = Arrays.stream(all).mapToDouble(Seconds::clock).sorted().toArray();
    double[] processors = Arrays.stream(all).mapToDouble(Seconds::processors).sorted().toArray();
    return new Seconds(clocks[all.length / 2], processors[all.length / 2]);
  }

  /** Bytes: the sum of the peaks of all parts of the heap, at least its own peak. */
  static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f s (%.1f CPU s)", clock, processors);
  }
}
