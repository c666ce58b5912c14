package dev.tandem.schemas.warehouse;

import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Builders of Spark sessions that know Delta. */
public final class SparkSessions {
  /** Columns whose values hardly ever repeat: Parquet need not look for repetitions. */
  private static final List<String> UNIQUE =
      List.of("rollout_id", "flow_steps.list.element.x", "flow_steps.list.element.x_next", "image");

  private SparkSessions() {}

  /**
   * A builder for {@code spark-submit}: adds Delta and UTC, reads few rows at a time (a batch holds
   * whole images), joins rows where they lie if that is by some of the keys, and leaves the rest to
   * the cluster's configuration.
   */
  public static SparkSession.Builder cluster(String appName) {
    SparkSession.Builder builder = SparkSession.builder();
    for (String column : UNIQUE) {
      builder.config("spark.hadoop.parquet.enable.dictionary#" + column, "false");
    }
    return builder
        .appName(appName)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.columnarReaderBatchSize", "512")
        .config("spark.sql.inMemoryColumnarStorage.batchSize", "512")
        .config("spark.sql.requireAllClusterKeysForCoPartition", "false");
  }

  /**
   * A builder for one machine and small tables, where planning costs more than the data: few
   * partitions everywhere (Delta would rebuild a table's state over 50, two seconds a read), no
   * adaptive replanning, no code generation, no file statistics (partitions are pruned all the
   * same), plans described briefly to nobody, small pages (every sort, aggregate and hash join
   * takes at least one, by default a sixteenth of a task's memory), no compression of what tasks
   * exchange (mostly floats and images, which hardly shrink), and no web interface. This takes a
   * third of the processor time of a loop.
   *
   * @param threads tasks that run at the same time
   */
  public static SparkSession.Builder local(String appName, int threads) {
    String partitions = Integer.toString(threads);
    return cluster(appName)
        .master("local[" + threads + "]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.ui.liveUpdate.period", "1min")
        .config("spark.hadoop.fs.file.impl", LocalFiles.class.getName())
        .config("spark.hadoop.fs.AbstractFileSystem.file.impl", LocalFiles.Context.class.getName())
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.default.parallelism", partitions)
        .config("spark.sql.shuffle.partitions", partitions)
        .config("spark.buffer.pageSize", "1m")
        .config("spark.shuffle.compress", "false")
        .config("spark.broadcast.compress", "false")
        .config("spark.sql.ui.explainMode", "simple")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.databricks.delta.stats.collect", "false")
        .config("spark.databricks.delta.stats.skipping", "false")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", partitions)
        .config("spark.databricks.delta.snapshotPartitions", "1");
  }
}
