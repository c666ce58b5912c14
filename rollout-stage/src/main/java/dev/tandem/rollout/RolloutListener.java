package dev.tandem.rollout;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Is shown each group in the task that sampled it, before the next one is sampled. Sent to
 * executors.
 */
@FunctionalInterface
public interface RolloutListener extends Serializable {

  /**
   * Whether {@link InTask#finish} waits, which leaves a core idle: the same groups are then sampled
   * by fewer tasks.
   */
  default boolean waitsAtEnd() {
    return false;
  }

  /** Begins in a task, which may be the repetition of a failed one. */
  InTask begin();

  /** Listens in one task. */
  interface InTask extends AutoCloseable {

    /**
     * Called when a group is sampled. What it throws fails the task.
     *
     * @param rollouts rows of table {@code rollouts}, those of the group
     * @param sample columns of table {@code samples}, those of {@link RolloutStage#SAMPLE_COLUMNS}
     */
    void sampled(List<Row> rollouts, Row sample);

    /** Called behind the last group, before the task's rows count as written. */
    void finish();

    /** Called when the task ends in any way. */
    @Override
    void close();
  }
}
