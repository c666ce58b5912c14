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
  /** What the driver receives at once. */
  private static final long PARTITION_BYTES = 4 << 20;

  /** Beyond them a large iteration would wait for the starts of its many little jobs. */
  private static final long MAX_PARTITIONS = 256;

  private static final String TRAJECTORY = "flow_steps";

  private final Warehouse warehouse;

  public BatchReader(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Streams an iteration's rollouts into a local file. The caller closes it. */
  public FetchedRollouts fetch(String runId, int iteration) {
    Dataset<Row> rows = rows(runId, iteration);
    return FetchedRollouts.of(bytes(rows).repartition(partitions(rows)).toLocalIterator());
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
    Dataset<Row> asked =
        rollouts(runId, iteration).where(first).select(col("sample_id").as("asked"));
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
    return rollouts(runId, iteration)
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

  /** By the size of the iteration's rollouts, wherever they are in the plan. */
  private static int partitions(Dataset<Row> rows) {
    long bytes =
        CollectionConverters.asJava(rows.queryExecution().optimizedPlan().collectLeaves()).stream()
            .filter(table -> table.output().exists(column -> column.name().equals(TRAJECTORY)))
            .mapToLong(table -> table.stats().sizeInBytes().toLong())
            .sum();
    return (int) Math.max(1, Math.min(MAX_PARTITIONS, bytes / PARTITION_BYTES));
  }
}
