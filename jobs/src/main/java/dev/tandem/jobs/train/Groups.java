package dev.tandem.jobs.train;

import dev.tandem.jobs.config.TandemConfig.Side;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Turns pairs into the groups of an iteration: an {@code understand} group on the pair's
 * understanding sample and a {@code reason} group on its generation sample.
 *
 * @param runId the run
 * @param sides which of the two are trained
 * @param size members of a group
 */
record Groups(String runId, List<Side> sides, int size) {
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "stage STRING, pair_id STRING, sample_id STRING, group_id STRING, group_size INT");

  /** All pairs that can be trained: both samples have what their side needs. */
  static List<SampledPair> pairs(Warehouse warehouse) {
    Dataset<Row> samples = warehouse.read(Table.SAMPLES);
    Dataset<Row> prompted =
        samples.where("prompt is not null").selectExpr("sample_id generation_sample_id");
    Dataset<Row> asked =
        samples
            .where("question is not null and answer is not null and image_format is not null")
            .selectExpr("sample_id understanding_sample_id");
    return warehouse
        .read(Table.PAIRS)
        .join(prompted, "generation_sample_id")
        .join(asked, "understanding_sample_id")
        .select("pair_id", "generation_sample_id", "understanding_sample_id")
        .collectAsList()
        .stream()
        .map(row -> new SampledPair(row.getString(0), row.getString(1), row.getString(2)))
        .toList();
  }

  /**
   * The groups of the iteration as the rollout stage reads them: one stage after the other, so that
   * dealing them out gives every task its share of the slow ones.
   */
  Dataset<Row> of(Warehouse warehouse, int iteration, List<SampledPair> pairs) {
    List<Row> rows = new ArrayList<>();
    for (Side side : sides) {
      for (SampledPair pair : pairs) {
        String sample =
            side == Side.UNDERSTAND ? pair.understandingSampleId() : pair.generationSampleId();
        String groupId = Identifiers.groupId(runId, iteration, side.stage(), pair.pairId());
        rows.add(RowFactory.create(side.stage(), pair.pairId(), sample, groupId, size));
      }
    }
    return warehouse.spark().createDataFrame(rows, SCHEMA);
  }
}
