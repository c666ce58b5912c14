package dev.tandem.bench;

import java.util.Locale;

/** What is timed. */
enum Task {
  DECODE("tokens/s", Workload.BATCH * Workload.TEXT, 1.3),
  SAMPLE("images/s", Workload.BATCH, 1.1),
  TRAIN("steps/s", 1, 1.0);

  private final String unit;
  private final int unitsPerBatch;
  private final double target;

  Task(String unit, int unitsPerBatch, double target) {
    this.unit = unit;
    this.unitsPerBatch = unitsPerBatch;
    this.target = target;
  }

  String command() {
    return name().toLowerCase(Locale.ROOT);
  }

  String unit() {
    return unit;
  }

  int unitsPerBatch() {
    return unitsPerBatch;
  }

  /** What the ratio ours / theirs on one thread should be at least. */
  double target() {
    return target;
  }
}
