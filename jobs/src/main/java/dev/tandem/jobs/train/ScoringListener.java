package dev.tandem.jobs.train;

import dev.tandem.reward.Scoring;
import dev.tandem.reward.TaskScoring;
import dev.tandem.rollout.RolloutListener;
import java.util.List;
import org.apache.spark.sql.Row;

/** Has groups scored by the tasks that sample them, so that nobody reads them again to do it. */
public record ScoringListener(Scoring scoring) implements RolloutListener {
  @Override
  public boolean waitsAtEnd() {
    return scoring.isRemote();
  }

  @Override
  public InTask begin() {
    return new ScoresGroups(scoring.begin());
  }

  private record ScoresGroups(TaskScoring task) implements InTask {
    @Override
    public void sampled(List<Row> rollouts, Row sample) {
      task.score(rollouts, sample);
    }

    @Override
    public void finish() {
      task.finish();
    }

    @Override
    public void close() {
      task.close();
    }
  }
}
