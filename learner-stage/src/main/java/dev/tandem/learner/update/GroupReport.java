package dev.tandem.learner.update;

/**
 * What a pass over a group says beside its gradient.
 *
 * @param measures the group's numbers
 * @param distance of the stored log-probabilities from the pass; empty where not asked for
 */
record GroupReport(Measures measures, RolloutDistance distance) {}
