package dev.tandem.rollout;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.DoubleAccumulator;

/**
 * Samples the rollouts of an iteration as Spark tasks and writes them to table {@code rollouts},
 * replacing the iteration's rows. Reads table {@code samples}.
 *
 * <p>A group is always computed as one batch of its own shape, from random streams named after what
 * it is. So the rows are the same whatever the number of partitions, executors, threads or retries.
 */
public final class RolloutStage {
  /** Columns of the groups to sample. */
  private static final String[] GROUP_COLUMNS = {
    "stage", "pair_id", "sample_id", "group_id", "group_size"
  };

  /** What a {@link RolloutListener} sees of table {@code samples}. */
  public static final List<String> SAMPLE_COLUMNS =
      List.of(
          "sample_id",
          "prompt",
          "question",
          "options",
          "answer",
          "tag",
          "metadata",
          "image",
          "image_sha256");

  /** Enough tasks to keep all cores busy to the end, few enough that starting them costs little. */
  private static final int TASKS_PER_CORE = 3;

  private final Warehouse warehouse;
  private final PolicyLoader loader;

  /** A stage with policies from folders, on the CPU. */
  public RolloutStage(Warehouse warehouse) {
    this(warehouse, ComputeSettings.CPU);
  }

  /** A stage with policies from folders, on the devices of the executors. */
  public RolloutStage(Warehouse warehouse, ComputeSettings compute) {
    this(warehouse, new DevicePolicies(compute));
  }

  /** A stage with policies from elsewhere. */
  public RolloutStage(Warehouse warehouse, PolicyLoader loader) {
    this.warehouse = warehouse;
    this.loader = loader;
  }

  /** Samples the groups, as {@link #run(RolloutRequest, Dataset, RolloutListener)}, unobserved. */
  public double run(RolloutRequest request, Dataset<Row> groups) {
    return run(request, groups, SilentListener.INSTANCE);
  }

  /**
   * Samples the groups and writes {@code group_size} rows for each.
   *
   * @param groups a small table with columns stage, pair_id, sample_id, group_id, group_size;
   *     others are ignored
   * @param listener is shown every group
   * @return seconds that the policies took, all tasks together, repeated ones included
   * @throws RuntimeException of Spark with a {@link RolloutException} that names the group, if one
   *     fails as often as Spark allows a task to fail
   */
  public double run(RolloutRequest request, Dataset<Row> groups, RolloutListener listener) {
    Dataset<Row> asked = groups.selectExpr(GROUP_COLUMNS);
    int count = asked.select("group_id").collectAsList().size(); // of local rows: no Spark job
    DoubleAccumulator seconds = warehouse.spark().sparkContext().doubleAccumulator();
    Dataset<Row> rollouts =
        withSamples(asked)
            .repartition(Math.max(1, Math.min(count, maxTasks(listener))))
            .mapPartitions(
                new RolloutTask(request, loader, listener, seconds),
                Encoders.row(RolloutRows.schema()));
    warehouse.replace(Table.ROLLOUTS, request.runId(), request.iteration(), rollouts);
    return seconds.sum();
  }

  /**
   * Whether the iteration's rollouts lie in the table already, sampled by this policy with this
   * seed: sampling again would write the same rows.
   */
  public boolean isSampled(RolloutRequest request, Dataset<Row> groups) {
    long expected =
        groups.select("group_size").collectAsList().stream().mapToLong(row -> row.getInt(0)).sum();
    long found =
        warehouse
            .read(Table.ROLLOUTS, request.runId(), request.iteration())
            .where(col("policy_version").equalTo(request.policyVersion()))
            .where(col("seed").equalTo(request.seed()))
            .join(groups.select("group_id"), new String[] {"group_id"}, "left_semi")
            .count();
    return found == expected;
  }

  private Dataset<Row> withSamples(Dataset<Row> groups) {
    Dataset<Row> wanted = broadcast(groups.select(col("sample_id").as("wanted")));
    Dataset<Row> samples =
        warehouse
            .lookUp(Table.SAMPLES)
            .selectExpr(SAMPLE_COLUMNS.toArray(String[]::new))
            .join(wanted, col("sample_id").equalTo(col("wanted")), "left_semi");
    return groups.join(samples, new String[] {"sample_id"}, "left");
  }

  private int maxTasks(RolloutListener listener) {
    int cores = warehouse.spark().sparkContext().defaultParallelism();
    return listener.waitsAtEnd() ? cores : TASKS_PER_CORE * cores;
  }
}
