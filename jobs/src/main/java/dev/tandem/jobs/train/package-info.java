/**
 * Training runs: {@link dev.tandem.jobs.train.TrainingLoop} is the order of a run, readable in one
 * screen; the classes beside it keep a run's history, choose its pairs and show its progress.
 */
@NullMarked
package dev.tandem.jobs.train;

import org.jspecify.annotations.NullMarked;
