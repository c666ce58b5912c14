package dev.tandem.rollout;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What {@link RolloutStage} left.
 *
 * @param rollouts the iteration's rows of table {@code rollouts}, read back
 * @param seconds what the policies took, all tasks together, repeated ones included
 */
public record Sampled(Dataset<Row> rollouts, double seconds) {}
