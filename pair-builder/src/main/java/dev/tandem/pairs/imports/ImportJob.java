package dev.tandem.pairs.imports;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Imports the {@code *.jsonl} files of a folder, and the image files that they name, into table
 * {@code samples}. Image paths are relative to the folder and may not leave it.
 *
 * <p>A line that cannot be used goes to table {@code quarantine} with file, line number, reason and
 * raw text; these rows replace what an earlier import said about the same files. If the share of
 * such lines is above the limit, the job stops before it writes a sample. A sample is identified by
 * its file's name and its content: importing a folder again adds what is new and nothing twice.
 *
 * <p>Files are read by the tasks. They are local files (or a mount that every executor has), not
 * Hadoop paths: that an image lies inside the folder can be proven only by its real path.
 */
public final class ImportJob {
  private static final String JOB = "import";

  private final Warehouse warehouse;
  private final ImportConfig config;

  public ImportJob(Warehouse warehouse, ImportConfig config) {
    this.warehouse = warehouse;
    this.config = config;
  }

  /**
   * Runs the import.
   *
   * @throws UserError if the folder is missing or holds no line, or if too many lines are bad
   */
  public ImportResult run() {
    JsonlFolder folder = JsonlFolder.open(config.dataFolder());
    try (Staging staging = new Staging(warehouse, folder.path().toString())) {
      Dataset<Row> outcomes = staging.store(outcomes(folder));
      ImportSummary summary = ImportSummary.of(outcomes);
      quarantine(folder, outcomes);
      summary.requireUsable(config);
      return store(folder, outcomes.where(col("bad_kind").isNull()), summary);
    }
  }

  /** One row of {@link SampleRows} for every line; hashing keeps the order of tasks out of it. */
  private Dataset<Row> outcomes(JsonlFolder folder) {
    SparkSession spark = warehouse.spark();
    String path = folder.path().toString();
    return spark
        .createDataset(folder.files(), Encoders.STRING())
        .repartition(folder.files().size())
        .flatMap(new LineRows(path), Encoders.row(LineRows.SCHEMA))
        .repartition(col("file"), col("row"))
        .mapPartitions(new SampleRows(config, path), Encoders.row(SampleRows.SCHEMA));
  }

  private void quarantine(JsonlFolder folder, Dataset<Row> outcomes) {
    String sources =
        folder.files().stream().map(folder::source).map(ImportJob::quoted).collect(joining(", "));
    Dataset<Row> bad =
        outcomes
            .where(col("bad_kind").isNotNull())
            .select(
                lit(JOB).as("job"),
                concat(lit(folder.path() + "/"), col("line_file")).as("source"),
                col("line_row").as("row"),
                col("bad_reason").as("reason"),
                col("bad_raw").as("raw"),
                current_timestamp().as("quarantined_at"));
    warehouse.replaceWhere(
        Table.QUARANTINE, "job = '%s' AND source IN (%s)".formatted(JOB, sources), bad);
  }

  private ImportResult store(JsonlFolder folder, Dataset<Row> good, ImportSummary summary) {
    Dataset<Row> firsts =
        good.groupBy(col("sample_id"), col("side"))
            .agg(min(struct(col("line_file"), col("line_row"))).as("first"));
    SortedMap<Side, Long> bySide = countBySide(firsts);
    Dataset<Row> known = warehouse.read(Table.SAMPLES).select("sample_id");
    Dataset<Row> fresh = firsts.join(known, new String[] {"sample_id"}, "left_anti");
    long added = fresh.count();
    if (added > 0) {
      Dataset<Row> keys =
          fresh.select(
              col("first.line_file").as("line_file"), col("first.line_row").as("line_row"));
      warehouse.append(
          Table.SAMPLES,
          good.join(keys, new String[] {"line_file", "line_row"}, "left_semi")
              .select(sampleColumns()));
    }
    long samples = bySide.values().stream().mapToLong(Long::longValue).sum();
    long duplicates = summary.lines() - summary.bad() - samples;
    return new ImportResult(
        folder.files().size(), summary.lines(), bySide, added, duplicates, summary.badByReason());
  }

  private static SortedMap<Side, Long> countBySide(Dataset<Row> firsts) {
    SortedMap<Side, Long> counts = new TreeMap<>();
    for (Row row : firsts.groupBy(col("side")).count().collectAsList()) {
      counts.put(Side.valueOf(row.getString(0).toUpperCase(Locale.ROOT)), row.getLong(1));
    }
    return Collections.unmodifiableSortedMap(counts);
  }

  private static Column[] sampleColumns() {
    return Table.SAMPLES.columns().stream()
        .map(column -> col(column.name()))
        .toArray(Column[]::new);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
