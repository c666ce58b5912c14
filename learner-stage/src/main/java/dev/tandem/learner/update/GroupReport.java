package dev.tandem.learner.update;

import java.io.Serializable;

/**
 * What a pass over a group, or a micro-batch of one, says beside its gradient.
 *
 * @param measures the group's numbers
 * @param distance of the stored log-probabilities from the pass; empty where not asked for
 * @param work what the pass computed, {@link dev.tandem.policy.training.TrainablePolicy#work}
 * @param padding the part of it that is padding
 */
record GroupReport(Measures measures, RolloutDistance distance, long work, long padding)
    implements Serializable {}
