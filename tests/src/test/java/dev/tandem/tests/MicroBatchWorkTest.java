package dev.tandem.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How evenly the work of bundled data falls into buckets, and how much of it is padding. */
class MicroBatchWorkTest {
  /** Where buckets are this even, workers wait for each other for 5 % of the time at most. */
  private static final double LARGEST_TO_MEAN = 1.05;

  /** Plans of one prompt differ in length, by one object or two. */
  private static final double PADDING_SHARE = 0.02;

  @TempDir private Path folder;

  @Test
  void bucketsOfBundledDataAreEvenAndHardlyPadded() {
    assertThat(train()).isZero();

    Map<String, Double> work = metrics();
    assertThat(work.get("work/largest_to_mean")).isLessThanOrEqualTo(LARGEST_TO_MEAN);
    assertThat(work.get("work/padding_share")).isLessThanOrEqualTo(PADDING_SHARE);
  }

  /** The first iteration of the quickstart's data, with the bundled policy. */
  private int train() {
    List<String> args = new ArrayList<>(List.of("train", "--iterations", "1"));
    for (String setting :
        List.of("run.folder=" + folder, "run.name=work", "learner.micro_batch=4")) {
      args.addAll(List.of("--set", setting));
    }
    return Tandem.run(args.toArray(new String[0]));
  }

  private Map<String, Double> metrics() {
    Map<String, Double> metrics = new TreeMap<>();
    try (JobSession session = JobSession.start("metrics")) {
      Warehouse.open(session.spark(), folder.resolve("work/warehouse").toString());
      for (Row row :
          session
              .spark()
              .sql("select name, value from committed_metrics where name like 'work/%'")
              .collectAsList()) {
        metrics.put(row.getString(0), row.getDouble(1));
      }
    }
    return metrics;
  }
}
