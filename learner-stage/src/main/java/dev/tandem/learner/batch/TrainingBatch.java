package dev.tandem.learner.batch;

import java.util.List;

/**
 * The groups of an iteration: known by their summaries, read one at a time. Several threads may
 * read at the same time.
 */
public interface TrainingBatch extends AutoCloseable {

  /** All groups of the iteration in the order of {@link GroupSummary#ORDER}. */
  List<GroupSummary> groups();

  /** Whether this process can read the group; another rank of the update can where it cannot. */
  boolean holds(GroupSummary group);

  /** Reads a group that this batch {@link #holds}; the caller's from then on. */
  TrainingGroup read(GroupSummary group);

  @Override
  void close();

  /** A batch that lies in memory. */
  static TrainingBatch of(List<TrainingGroup> groups) {
    return HeldBatch.of(groups);
  }
}
