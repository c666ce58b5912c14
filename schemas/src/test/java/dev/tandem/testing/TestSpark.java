package dev.tandem.testing;

import dev.tandem.schemas.warehouse.SparkSessions;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of a test JVM: two threads, small-table settings, Delta. */
public final class TestSpark {
  private TestSpark() {}

  /** The shared session, started by the first caller; never stop it. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  private static final class Holder {
    static final SparkSession SESSION =
        SparkSessions.local("tandem-tests", 2)
            .config(
                "spark.sql.warehouse.dir",
                System.getProperty("java.io.tmpdir") + "/spark-warehouse")
            .getOrCreate();
  }
}
