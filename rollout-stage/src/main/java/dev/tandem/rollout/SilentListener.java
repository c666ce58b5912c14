package dev.tandem.rollout;

import java.util.List;
import org.apache.spark.sql.Row;

/** Listens to nothing. */
enum SilentListener implements RolloutListener, RolloutListener.InTask {
  INSTANCE;

  @Override
  public InTask begin() {
    return this;
  }

  @Override
  public void sampled(List<Row> rollouts, Row sample) {}

  @Override
  public void finish() {}

  @Override
  public void close() {}
}
