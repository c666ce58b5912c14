package dev.tandem.reward;

import java.util.List;
import org.apache.spark.sql.Row;

/** The rewards of an iteration, in the driver. */
public final class ScoredIteration {
  private final String runId;
  private final int iteration;
  private final List<Score> scores;
  private final RewardSummary summary;
  private final boolean written;

  private ScoredIteration(
      String runId, int iteration, List<Score> scores, RewardSummary summary, boolean written) {
    this.runId = runId;
    this.iteration = iteration;
    this.scores = scores;
    this.summary = summary;
    this.written = written;
  }

  static ScoredIteration of(String runId, int iteration, List<Score> scores) {
    return new ScoredIteration(runId, iteration, scores, RewardSummary.of(scores), false);
  }

  /** Means and failures. */
  public RewardSummary summary() {
    return summary;
  }

  String runId() {
    return runId;
  }

  int iteration() {
    return iteration;
  }

  List<Score> scores() {
    return scores;
  }

  /** With the columns of {@link Score#SCHEMA}. */
  List<Row> rows() {
    return scores.stream().map(Score::row).toList();
  }

  /** Whether table {@code rewards} holds them. */
  boolean isWritten() {
    return written;
  }

  ScoredIteration written() {
    return new ScoredIteration(runId, iteration, scores, summary, true);
  }
}
