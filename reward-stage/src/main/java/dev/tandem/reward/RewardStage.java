package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Scores the rollouts of an iteration and turns the rewards into what the learner reads. Reads
 * tables {@code rollouts}, {@code samples} and {@code pairs}; writes {@code rewards} and {@code
 * batches}. Both writes replace the iteration's rows, so each step may be repeated.
 */
public final class RewardStage {
  private final Warehouse warehouse;
  private final RewardSettings settings;
  private final RewardSource source;

  /** A stage with the rewards of the settings. */
  public RewardStage(Warehouse warehouse, RewardSettings settings) {
    this(warehouse, settings, settings.source());
  }

  /** A stage with rewards from elsewhere. */
  public RewardStage(Warehouse warehouse, RewardSettings settings, RewardSource source) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.source = source;
  }

  /**
   * Computes the rewards of the iteration's rollouts and writes them, failures included.
   *
   * @return a summary of what was written
   * @throws dev.tandem.schemas.UserError if a larger share of rewards failed than the settings
   *     allow; the rows are written nevertheless, to be looked at
   */
  public RewardSummary score(String runId, int iteration) {
    Dataset<Row> rollouts =
        warehouse
            .read(Table.ROLLOUTS, runId, iteration)
            .select("run_id", "iteration", "rollout_id", "stage", "sample_id", "text", "image");
    RewardTally tally = RewardTally.create(warehouse.spark().sparkContext());
    Dataset<Row> rewards =
        rollouts
            .join(samples(), new String[] {"sample_id"}, "left")
            .repartition(warehouse.spark().sparkContext().defaultParallelism(), col("rollout_id"))
            .mapPartitions(
                new RewardScorer(settings.plan(), source), Encoders.row(RewardScorer.schema()))
            .repartition(1)
            .mapPartitions(tally, Encoders.row(RewardScorer.schema()))
            .drop(RewardScorer.OF_THE_ROLLOUT);
    warehouse.replace(Table.REWARDS, runId, iteration, rewards);
    RewardSummary written = tally.summary();
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
    List<Reward> rewards = source.load(RewardScorer.names(settings.plan()));
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
            image.as("sample_image"));
  }
}
