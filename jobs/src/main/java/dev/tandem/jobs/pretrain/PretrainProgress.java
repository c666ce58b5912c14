package dev.tandem.jobs.pretrain;

import java.util.Map;

/** Hears about the steps of a pretraining run. */
public interface PretrainProgress {
  void step(String phase, int step, int steps, Map<String, Double> metrics);
}
