package dev.tandem.jobs.spark;

import dev.tandem.schemas.warehouse.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/** Starts Spark for a command: in this process, unless spark-submit named a master. */
public final class JobSession implements AutoCloseable {
  private final SparkSession spark;

  private JobSession(SparkSession spark) {
    this.spark = spark;
  }

  /** Starts the session of this JVM; close it when the command is done. */
  public static JobSession start(String name) {
    boolean submitted = System.getProperties().containsKey("spark.master");
    SparkSession.Builder builder =
        submitted
            ? SparkSessions.cluster(name)
            : SparkSessions.local(name, Runtime.getRuntime().availableProcessors());
    return new JobSession(builder.getOrCreate());
  }

  /** The Spark session. */
  public SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    // Delta caches table states that belong to this session; the next one must not find them.
    DeltaLog.clearCache();
    spark.stop();
  }
}
