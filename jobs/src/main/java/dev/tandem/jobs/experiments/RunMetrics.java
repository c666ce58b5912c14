package dev.tandem.jobs.experiments;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Reads the table {@code metrics} of one run. */
public final class RunMetrics {
  private static final String SECONDS = "seconds/%";

  private final Dataset<Row> metrics;

  public RunMetrics(Warehouse warehouse, String runId) {
    this.metrics = warehouse.read(Table.METRICS).where(col("run_id").equalTo(runId));
  }

  /** Means by name over the iterations {@code first} to {@code last}. */
  public SortedMap<String, Double> means(int first, int last) {
    Column wanted = col("iteration").between(first, last).and(col("value").isNotNull());
    SortedMap<String, Double> means = new TreeMap<>();
    metrics
        .where(wanted)
        .groupBy("name")
        .agg(avg("value"))
        .collectAsList()
        .forEach(row -> means.put(row.getString(0), row.getDouble(1)));
    return means;
  }

  /** Seconds of all phases of all iterations. */
  public double seconds() {
    Row total = metrics.where(col("name").like(SECONDS)).agg(sum("value")).head();
    return total.isNullAt(0) ? 0 : total.getDouble(0);
  }
}
