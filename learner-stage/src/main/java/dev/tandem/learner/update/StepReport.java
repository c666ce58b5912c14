package dev.tandem.learner.update;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rank says of an optimizer step.
 *
 * @param buckets reports in the order of the buckets and their micro-batches
 */
record StepReport(List<List<GroupReport>> buckets) implements Serializable {

  /** Puts reports that come one after the other back into their buckets. */
  static StepReport of(List<GroupReport> reports, List<? extends List<?>> buckets) {
    List<List<GroupReport>> sorted = new ArrayList<>();
    int start = 0;
    for (List<?> bucket : buckets) {
      sorted.add(List.copyOf(reports.subList(start, start + bucket.size())));
      start += bucket.size();
    }
    return new StepReport(List.copyOf(sorted));
  }

  /** The reports of all ranks as one. */
  static StepReport ofAll(List<StepReport> ranks) {
    return new StepReport(ranks.stream().flatMap(rank -> rank.buckets().stream()).toList());
  }

  /** The sums, how even the buckets are and how much of their work is padding. */
  Measures measures() {
    Measures measures = new Measures();
    measures.add("work/largest_to_mean", Buckets.imbalance(buckets, GroupReport::work), 1);
    for (List<GroupReport> bucket : buckets) {
      for (GroupReport report : bucket) {
        measures.addGroup(report.measures());
        measures.add("work/padding_share", report.padding(), report.work());
      }
    }
    return measures;
  }

  /** Adds the distances of all reports. */
  void addTo(RolloutDistance distance) {
    buckets.forEach(bucket -> bucket.forEach(report -> distance.add(report.distance())));
  }
}
