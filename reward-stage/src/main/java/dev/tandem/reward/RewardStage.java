package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scores the rollouts of an iteration and turns the rewards into what the learner reads. Reads
 * tables {@code rollouts}, {@code samples} and {@code pairs}; writes {@code rewards} and {@code
 * batches}. Writes replace the iteration's rows, so each step may be repeated.
 */
public final class RewardStage {
  /** Up to so many bytes of rewards, some ten thousand, are gathered in one task. */
  private static final long FEW_BYTES = 4L << 20;

  /** Up to so many rewards need not be read from the table by those who compute with them. */
  private static final int FEW_REWARDS = 10_000;

  /** Some hundred bytes each: Spark warns of tasks that carry a megabyte. */
  private static final int REWARDS_OF_TASK = 2_500;

  /** Scores of models and servers in memory and on their way to tasks, some hundred bytes each. */
  private static final int LARGEST_CACHE = 50_000;

  private final Warehouse warehouse;
  private final RewardSettings settings;
  private final RewardSource source;
  private final ScoreCache cache;

  /** A stage with the rewards of the settings. */
  public RewardStage(Warehouse warehouse, RewardSettings settings) {
    this(warehouse, settings, settings.source());
  }

  /** A stage with rewards from elsewhere. */
  public RewardStage(Warehouse warehouse, RewardSettings settings, RewardSource source) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.source = source;
    this.cache = new ScoreCache(warehouse, LARGEST_CACHE);
  }

  /**
   * Begins to score an iteration in the tasks that sample it; {@link #scored} ends it. Scoring then
   * costs no reading of rollouts, and servers work while the policy does.
   */
  public Scoring begin() {
    Set<String> rewards = TaskScoring.names(settings.plan());
    return new Scoring(
        settings.plan(),
        source,
        source.asksServer(rewards),
        warehouse.spark().sparkContext(),
        cache.known(rewards),
        cache.journal());
  }

  /**
   * Computes the rewards of rollouts that lie in the table.
   *
   * @throws UserError as {@link #scored}
   */
  public ScoredIteration score(String runId, int iteration) {
    Scoring scoring = begin();
    warehouse
        .read(Table.ROLLOUTS, runId, iteration)
        .select(
            "run_id",
            "iteration",
            "rollout_id",
            "group_id",
            "stage",
            "sample_id",
            "prompt",
            "text",
            "token_ids",
            "image")
        .join(samples(), new String[] {"sample_id"}, "left")
        .repartition(warehouse.spark().sparkContext().defaultParallelism(), col("rollout_id"))
        .foreachPartition(new ScoreRows(scoring));
    return scored(runId, iteration, scoring);
  }

  /**
   * The rewards that were computed, failures included. Few are handed on as they are, to be written
   * by {@link #write} when nothing waits for them; many are written here and read from the table,
   * where every executor finds its share.
   *
   * @throws UserError if a larger share of rewards failed than the settings allow; they are written
   *     nevertheless, to be looked at
   */
  public ScoredIteration scored(String runId, int iteration, Scoring scoring) {
    List<Score> scores = scoring.scores();
    cache.add(runId, scores);
    ScoredIteration scored = ScoredIteration.of(runId, iteration, scores);
    try {
      new FailureLimit(settings).check(runId, iteration, scored.summary());
    } catch (UserError e) {
      write(scored);
      throw e;
    }
    return scores.size() > FEW_REWARDS ? write(scored) : scored;
  }

  /** Writes the rewards, unless they are written; returns them as written. */
  public ScoredIteration write(ScoredIteration scored) {
    if (scored.isWritten()) {
      return scored;
    }
    int tasks = 1 + scored.scores().size() / REWARDS_OF_TASK;
    Dataset<Row> rows =
        warehouse
            .spark()
            .createDataFrame(
                JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
                    .parallelize(scored.rows(), tasks),
                Score.SCHEMA);
    warehouse.replace(Table.REWARDS, scored.runId(), scored.iteration(), rows);
    return scored.written();
  }

  /** Computes the advantages of the scored iteration and writes them. */
  public void advantages(ScoredIteration scored) {
    Dataset<Row> rewards =
        scored.isWritten()
            ? warehouse.read(Table.REWARDS, scored.runId(), scored.iteration())
            : warehouse.spark().createDataFrame(scored.rows(), Score.SCHEMA);
    warehouse.replace(
        Table.BATCHES,
        scored.runId(),
        scored.iteration(),
        batches(scored.runId(), scored.iteration(), rewards));
  }

  /** What {@link #advantages} made of the groups. */
  public GroupSummary groups(ScoredIteration scored) {
    return GroupSummary.of(warehouse.read(Table.BATCHES, scored.runId(), scored.iteration()));
  }

  /** What {@link #advantages} writes. */
  Dataset<Row> batches(String runId, int iteration, Dataset<Row> rewards) {
    Dataset<Row> rollouts = warehouse.read(Table.ROLLOUTS, runId, iteration);
    Dataset<Row> pairs = warehouse.lookUp(Table.PAIRS);
    Advantages advantages = new Advantages(settings.plan(), settings.advantages());
    return bytes(rewards) <= FEW_BYTES
        ? advantages.computeInOneTask(rollouts, rewards, pairs)
        : advantages.compute(rollouts, rewards, pairs);
  }

  /** The size of the files. */
  private static long bytes(Dataset<Row> rows) {
    return rows.queryExecution().analyzed().stats().sizeInBytes().toLong();
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
