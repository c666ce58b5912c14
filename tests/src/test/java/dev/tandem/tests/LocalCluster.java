package dev.tandem.tests;

import dev.tandem.jobs.spark.JobSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Spark with two executors in processes of their own on this machine, one core each, as
 * spark-submit would set it up. Closing it ends them.
 */
final class LocalCluster implements AutoCloseable {
  private static final String MASTER = "local-cluster[2,1,1024]";

  private final Map<String, String> settings = new TreeMap<>();
  private final JobSession session;

  private LocalCluster() {
    settings.put("spark.master", MASTER);
    settings.put("spark.driver.host", "127.0.0.1");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.default.parallelism", "2");
    settings.put("spark.sql.shuffle.partitions", "2");
    settings.put("spark.databricks.delta.snapshotPartitions", "2");
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.executor.extraJavaOptions", "-XX:+UseSerialGC");
    settings.put("spark.executor.extraClassPath", classPath());
    // Executors take a while to start; Spark looks for them every 15 seconds by default.
    settings.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    settings.forEach(System::setProperty);
    this.session = JobSession.start("local cluster");
  }

  static LocalCluster start() {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      throw new IllegalStateException("Set SPARK_HOME to any folder, as the build does");
    }
    try {
      Files.createDirectories(Path.of(home, "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LocalCluster();
  }

  SparkSession spark() {
    return session.spark();
  }

  @Override
  public void close() {
    session.close();
    settings.keySet().forEach(System::clearProperty);
  }

  /** Surefire hides the class path in the manifest of a jar. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
