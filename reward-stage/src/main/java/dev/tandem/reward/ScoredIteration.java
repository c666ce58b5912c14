package dev.tandem.reward;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rewards of an iteration.
 *
 * @param summary means and failures
 * @param rewards rows of table {@code rewards}
 * @param written whether they are read from the table; else they are in the driver
 */
public record ScoredIteration(
    String runId, int iteration, RewardSummary summary, Dataset<Row> rewards, boolean written) {}
