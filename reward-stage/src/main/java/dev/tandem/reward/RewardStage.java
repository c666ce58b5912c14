package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Scores the rollouts of an iteration and turns the rewards into what the learner reads. Reads
 * tables {@code rollouts}, {@code samples} and {@code pairs}; writes {@code rewards} and {@code
 * batches}. Both writes replace the iteration's rows, so each step may be repeated.
 */
public final class RewardStage {
  private final Warehouse warehouse;
  private final RewardSettings settings;
  private final RewardSource source;

  /** A stage with the rewards of {@link Rewards}. */
  public RewardStage(Warehouse warehouse, RewardSettings settings) {
    this(warehouse, settings, Rewards::load);
  }

  /** A stage with rewards from elsewhere. */
  public RewardStage(Warehouse warehouse, RewardSettings settings, RewardSource source) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.source = source;
  }

  /**
   * Begins to score an iteration in the tasks that sample it; {@link #write} ends it. Scoring then
   * costs no reading of rollouts, and servers work while the policy does.
   */
  public Scoring begin() {
    return new Scoring(settings.plan(), source, warehouse.spark().sparkContext());
  }

  /**
   * Computes the rewards of rollouts that lie in the table and writes them, failures included.
   *
   * @return a summary of what was written
   * @throws dev.tandem.schemas.UserError if a larger share of rewards failed than the settings
   *     allow; the rows are written nevertheless, to be looked at
   */
  public RewardSummary score(String runId, int iteration) {
    Scoring scoring = begin();
    warehouse
        .read(Table.ROLLOUTS, runId, iteration)
        .select("run_id", "iteration", "rollout_id", "stage", "sample_id", "text", "image")
        .join(samples(), new String[] {"sample_id"}, "left")
        .repartition(warehouse.spark().sparkContext().defaultParallelism(), col("rollout_id"))
        .foreachPartition(new ScoreRows(scoring));
    return write(runId, iteration, scoring);
  }

  /**
   * Writes what was scored, failures included. An iteration's scores are in the driver together,
   * some hundred bytes each.
   *
   * @return a summary of what was written
   * @throws dev.tandem.schemas.UserError if a larger share of rewards failed than the settings
   *     allow; the rows are written nevertheless, to be looked at
   */
  public RewardSummary write(String runId, int iteration, Scoring scoring) {
    List<Score> scores = scoring.scores();
    Dataset<Row> rewards =
        warehouse
            .spark()
            .createDataFrame(
                scores.stream().map(Score::row).toList(), StructType.fromDDL(Table.REWARDS.ddl()))
            .coalesce(1);
    warehouse.replace(Table.REWARDS, runId, iteration, rewards);
    RewardSummary written = RewardSummary.of(scores);
    new FailureLimit(settings).check(runId, iteration, written);
    return written;
  }

  /**
   * Computes the advantages of the scored iteration and writes them.
   *
   * @return the iteration's rows of {@code batches}, read back
   */
  public Dataset<Row> advantages(String runId, int iteration) {
    Dataset<Row> batches =
        new Advantages(settings.plan(), settings.advantages())
            .compute(
                warehouse.read(Table.ROLLOUTS, runId, iteration),
                warehouse.read(Table.REWARDS, runId, iteration),
                warehouse.lookUp(Table.PAIRS))
            .coalesce(1);
    warehouse.replace(Table.BATCHES, runId, iteration, batches);
    return warehouse.read(Table.BATCHES, runId, iteration);
  }

  /** The samples; their images, by far the largest column, only where a reward looks at them. */
  private Dataset<Row> samples() {
    List<Reward> rewards = source.load(TaskScoring.names(settings.plan()));
    boolean looked =
        rewards.stream().anyMatch(reward -> reward.needs().contains(Need.REFERENCE_IMAGE));
    rewards.forEach(Reward::close);
    Column image = looked ? col("image") : lit(null).cast("binary");
    return warehouse
        .lookUp(Table.SAMPLES)
        .select(
            col("sample_id"),
            col("question"),
            col("options"),
            col("answer"),
            col("tag"),
            col("metadata"),
            image.as(ScoreRows.SAMPLE_IMAGE));
  }
}
