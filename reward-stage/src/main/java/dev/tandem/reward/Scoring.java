package dev.tandem.reward;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * The scoring of an iteration's rollouts, wherever they are: tasks score by {@link #begin} what
 * passes them, and the scores gather in the driver, which writes them ({@link RewardStage#write}).
 *
 * <p>Tasks whose result is a write or the action's own count exactly once, however often they ran:
 * Spark promises that of the last stage of a job, and not of a stage before a shuffle.
 */
public final class Scoring implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RewardPlan plan;
  private final RewardSource source;
  private final CollectionAccumulator<TaskScores> gathered;

  Scoring(RewardPlan plan, RewardSource source, SparkContext spark) {
    this.plan = plan;
    this.source = source;
    this.gathered = spark.collectionAccumulator();
  }

  /** What a task found; Spark's event log holds the text of every value, and this one is short. */
  private record TaskScores(List<Score> scores) implements Serializable {
    @Override
    public String toString() {
      return scores.size() + " scores";
    }
  }

  /** Starts to score in a Spark task, which closes what it is given. */
  public TaskScoring begin() {
    return new TaskScoring(plan, source, scores -> gathered.add(new TaskScores(scores)));
  }

  /** What was scored, in no order; complete once the job has ended. */
  List<Score> scores() {
    return gathered.value().stream().flatMap(task -> task.scores().stream()).toList();
  }
}
