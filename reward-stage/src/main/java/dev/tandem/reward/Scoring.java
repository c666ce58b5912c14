package dev.tandem.reward;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * The scoring of an iteration's rollouts, wherever they are: tasks score by {@link #begin} what
 * passes them, and the scores gather in the driver ({@link RewardStage#scored}).
 *
 * <p>Tasks whose result is a write or the action's own count exactly once, however often they ran:
 * Spark promises that of the last stage of a job, and not of a stage before a shuffle.
 */
public final class Scoring implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RewardPlan plan;
  private final RewardSource source;
  private final boolean isRemote;
  private final ScoreJournal journal;
  private final CollectionAccumulator<TaskScores> gathered;
  private final @Nullable Broadcast<HashMap<String, KnownScore>> known;

  /**
   * @param isRemote whether one of the rewards waits for a server
   * @param known scores that were computed before, by {@link ContentKey}
   * @param journal where scores that are worth keeping are written at once
   */
  Scoring(
      RewardPlan plan,
      RewardSource source,
      boolean isRemote,
      SparkContext spark,
      Map<String, KnownScore> known,
      ScoreJournal journal) {
    this.plan = plan;
    this.source = source;
    this.isRemote = isRemote;
    this.journal = journal;
    this.gathered = spark.collectionAccumulator();
    this.known =
        known.isEmpty() ? null : new JavaSparkContext(spark).broadcast(new HashMap<>(known));
  }

  /** What a task found; Spark's event log holds the text of every value, and this one is short. */
  private record TaskScores(List<Score> scores) implements Serializable {
    @Override
    public String toString() {
      return scores.size() + " scores";
    }
  }

  /** Whether the end of a task waits for a server. */
  public boolean isRemote() {
    return isRemote;
  }

  /** Starts to score in a Spark task, which closes what it is given. */
  public TaskScoring begin() {
    return new TaskScoring(
        plan,
        source,
        known == null ? Map.of() : known.value(),
        journal,
        scores -> gathered.add(new TaskScores(scores)));
  }

  /** What was scored, in no order; complete once the job has ended, and asked for after it. */
  List<Score> scores() {
    if (known != null) {
      known.unpersist();
    }
    return gathered.value().stream().flatMap(task -> task.scores().stream()).toList();
  }
}
