package dev.tandem.learner.parallel;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long ranks wait for each other before they give up.
 *
 * @param rendezvous until all have started
 * @param allreduce until all have come to the same place of an update: longer than one of them may
 *     compute while another waits
 */
public record RankTimeouts(Duration rendezvous, Duration allreduce) implements Serializable {}
