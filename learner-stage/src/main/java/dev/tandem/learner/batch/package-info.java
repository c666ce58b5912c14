/** The learner's input: from the tables to groups of trajectories. */
@NullMarked
package dev.tandem.learner.batch;

import org.jspecify.annotations.NullMarked;
