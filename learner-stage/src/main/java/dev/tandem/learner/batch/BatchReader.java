package dev.tandem.learner.batch;

import static org.apache.spark.sql.functions.col;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Reads the groups of an iteration: every rollout with its row of {@code batches}, and the images
 * that questions are about. The order of rows in the tables has no influence.
 */
public final class BatchReader {
  private final Warehouse warehouse;

  public BatchReader(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * The groups in the order of {@link TrainingGroup#ORDER}, members in the order of their sample
   * index.
   *
   * @param textSampling how texts were sampled, by stage
   * @param guidance that images were drawn with
   */
  public List<TrainingGroup> read(
      String runId, int iteration, Map<String, TextSampling> textSampling, Guidance guidance) {
    Column mine = col("run_id").equalTo(runId).and(col("iteration").equalTo(iteration));
    Dataset<Row> rollouts = warehouse.read(Table.ROLLOUTS).where(mine);
    List<RolloutRow> rows = rows(rollouts, warehouse.read(Table.BATCHES).where(mine));
    return new GroupAssembler(textSampling, guidance, images(rows)).assemble(rows);
  }

  private static List<RolloutRow> rows(Dataset<Row> rollouts, Dataset<Row> batches) {
    Dataset<Row> credit = batches.select("rollout_id", "kept", "text_advantage", "image_advantage");
    Column[] columns =
        Arrays.stream(RolloutRow.COLUMNS)
            .map(org.apache.spark.sql.functions::col)
            .toArray(Column[]::new);
    // Executors turn rows into plain arrays; the driver receives those, not boxed values.
    return rollouts
        .join(credit, new String[] {"rollout_id"}, "left")
        .select(columns)
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map((InternalRow row) -> RolloutRow.of(row))
        .collect();
  }

  /** Encoded images by sample, each once and not once a rollout. */
  private Map<String, byte[]> images(List<RolloutRow> rows) {
    Object[] asked =
        rows.stream()
            .filter(row -> row.stage().equals("understand"))
            .map(RolloutRow::sampleId)
            .distinct()
            .sorted()
            .toArray();
    Map<String, byte[]> images = new HashMap<>();
    if (asked.length > 0) {
      warehouse
          .read(Table.SAMPLES)
          .where(col("sample_id").isin(asked).and(col("image").isNotNull()))
          .select("sample_id", "image")
          .collectAsList()
          .forEach(row -> images.put(row.getString(0), row.<byte[]>getAs(1)));
    }
    return images;
  }
}
