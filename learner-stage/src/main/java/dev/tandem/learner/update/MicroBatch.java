package dev.tandem.learner.update;

import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.LearnerConfig;

/**
 * What is computed at once: a group, or one of the parts that {@link MicroBatches} splits it into.
 *
 * @param group the group
 * @param part which one, from 0
 * @param work of a replay, {@link dev.tandem.policy.training.TrainablePolicy#work}; 0 where it is
 *     not known because nothing is dealt by it
 */
record MicroBatch(GroupSummary group, int part, long work) {

  /** A group that is not split. */
  static MicroBatch whole(GroupSummary group) {
    return new MicroBatch(group, 0, 0);
  }

  /** Reads the members. */
  TrainingGroup read(TrainingBatch batch, LearnerConfig config) {
    return MicroBatches.of(batch.read(group), config.microBatch()).get(part);
  }
}
