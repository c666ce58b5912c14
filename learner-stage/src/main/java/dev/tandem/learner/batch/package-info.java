/**
 * The learner's input: from the tables to groups of trajectories, by way of a local file, so that
 * memory holds a few groups of an iteration at a time.
 */
@NullMarked
package dev.tandem.learner.batch;

import org.jspecify.annotations.NullMarked;
