package dev.tandem.learner.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads the groups of an iteration: every rollout with the image that its question is about, and
 * its credit. The order of rows in the tables has no influence.
 */
public final class BatchReader {
  /** What a task sends to the driver. */
  private static final long TASK_BYTES = 4 << 20;

  /** What the driver receives by one job, so that it does not wait for many little ones. */
  private static final long JOB_BYTES = 32 << 20;

  private static final String TRAJECTORY = "flow_steps";

  private final Warehouse warehouse;

  public BatchReader(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Brings an iteration's rollouts into a local file. The caller closes it. */
  public FetchedRollouts fetch(String runId, int iteration) {
    Dataset<Row> rows = rows(runId, iteration);
    JavaRDD<byte[]> packed = bytes(rows);
    long size = size(rows);
    if (size > JOB_BYTES) {
      packed = packed.repartition((int) Math.min(Integer.MAX_VALUE, size / TASK_BYTES));
    }
    return FetchedRollouts.of(new ArrivingRows(packed, (int) (JOB_BYTES / TASK_BYTES)));
  }

  /** What {@code batches} says of the iteration's rollouts, by rollout. */
  public Map<String, Credit> credit(String runId, int iteration) {
    return warehouse
        .read(Table.BATCHES, runId, iteration)
        .select("rollout_id", "kept", "text_advantage", "image_advantage")
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getAs("rollout_id"), Credit::of));
  }

  /** The summaries alone, without reading tensors, in the order of {@link GroupSummary#ORDER}. */
  public List<GroupSummary> groups(
      String runId, int iteration, Map<String, Credit> credit, BatchSettings settings) {
    List<RowSummary> rows =
        rollouts(runId, iteration).selectExpr(RowSummary.COLUMNS).collectAsList().stream()
            .map(RowSummary::of)
            .toList();
    return settings.groups(rows, credit);
  }

  /**
   * The rows of an iteration, each in the partition of the rank that computes its group, as {@link
   * SpooledBatch#share} takes them.
   *
   * @param rankByGroup where groups go; the rows of others are left out
   * @param ranks number of partitions
   */
  public JavaRDD<byte[]> shares(
      String runId, int iteration, Map<String, Integer> rankByGroup, int ranks) {
    Map<String, Integer> target = new HashMap<>(rankByGroup);
    return bytes(rows(runId, iteration))
        .mapToPair(bytes -> new Tuple2<>(target.get(RolloutRow.groupId(bytes)), bytes))
        .filter(row -> row._1() != null)
        .partitionBy(new HashPartitioner(ranks))
        .values();
  }

  private Dataset<Row> rows(String runId, int iteration) {
    Column first = col("stage").equalTo("understand").and(col("sample_index").equalTo(0));
    Dataset<Row> rollouts = rollouts(runId, iteration);
    Dataset<Row> asked = rollouts.where(first).select(col("sample_id").as("asked"));
    Dataset<Row> images =
        warehouse
            .lookUp(Table.SAMPLES)
            .where(col("image").isNotNull())
            .join(broadcast(asked), col("sample_id").equalTo(col("asked")), "left_semi")
            .select(col("sample_id").as("asked_sample_id"), col("image").as("input_image"));
    Column[] columns =
        Arrays.stream(RolloutRow.COLUMNS)
            .map(org.apache.spark.sql.functions::col)
            .toArray(Column[]::new);
    return rollouts
        .join(images, col("sample_id").equalTo(col("asked_sample_id")).and(first), "left")
        .select(columns);
  }

  private Dataset<Row> rollouts(String runId, int iteration) {
    return warehouse.read(Table.ROLLOUTS, runId, iteration);
  }

  /** Executors pack rows; the driver never sees boxed values. */
  private static JavaRDD<byte[]> bytes(Dataset<Row> rows) {
    StructType schema = rows.schema();
    return rows.queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(
            part -> {
              UnsafeProjection pack = UnsafeProjection.create(schema);
              Spliterator<InternalRow> rest = Spliterators.spliteratorUnknownSize(part, 0);
              return StreamSupport.stream(rest, false)
                  .map(row -> RolloutRow.bytes(pack.apply(row)))
                  .iterator();
            });
  }

  /** Bytes of the iteration's rollouts, wherever they are in the plan, as Spark estimates them. */
  private static long size(Dataset<Row> rows) {
    return CollectionConverters.asJava(rows.queryExecution().optimizedPlan().collectLeaves())
        .stream()
        .filter(table -> table.output().exists(column -> column.name().equals(TRAJECTORY)))
        .mapToLong(table -> table.stats().sizeInBytes().toLong())
        .sum();
  }
}
