package dev.tandem.schemas.warehouse;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/** The part of a table that one iteration of one run owns. */
record Iteration(String runId, int iteration) {

  /** SQL that is true for the rows of this iteration. */
  String predicate() {
    String quoted = runId.replace("\\", "\\\\").replace("'", "\\'");
    return "run_id = '%s' AND iteration = %d".formatted(quoted, iteration);
  }

  /**
   * Folder below the table that holds every data file of this iteration. Delta itself may place
   * files anywhere; its writer uses these folders in tables without column mapping, as ours are.
   */
  String folder() {
    return ExternalCatalogUtils.getPartitionPathString("run_id", runId)
        + "/"
        + ExternalCatalogUtils.getPartitionPathString("iteration", Integer.toString(iteration));
  }

  /** The same rows; computing one that belongs elsewhere fails. */
  Dataset<Row> require(Dataset<Row> rows) {
    Column belongs =
        rows.col("run_id").eqNullSafe(runId).and(rows.col("iteration").eqNullSafe(iteration));
    Column message =
        concat(
            lit("Row does not belong to run %s, iteration %d: ".formatted(runId, iteration)),
            rows.col("run_id").cast("string"),
            lit(", "),
            rows.col("iteration").cast("string"));
    return rows.withColumn("run_id", when(belongs, lit(runId)).otherwise(raise_error(message)));
  }
}
