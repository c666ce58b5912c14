package dev.tandem.bench.advantages;

import dev.tandem.reward.AdvantageSettings;
import dev.tandem.reward.Advantages;
import dev.tandem.reward.RewardPlan;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SparkSessions;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** From tables of rollouts and rewards to the rows of table batches, ours and DuckDB's in turn. */
public final class AdvantagesRun {
  private static final RewardPlan PLAN =
      RewardPlan.of(
          Map.of(
              "understand",
              StageRewards.ofText(List.of(new Term("accuracy", 1))),
              "reason",
              StageRewards.joint(List.of(new Term("geneval_graded", 1)))));

  private final Warehouse warehouse;
  private final Path root;
  private final Path ours;
  private final Path theirs;

  private AdvantagesRun(Warehouse warehouse, Path root, Path folder) {
    this.warehouse = warehouse;
    this.root = root;
    this.ours = folder.resolve("ours");
    this.theirs = folder.resolve("theirs.parquet");
  }

  /**
   * Arguments: the benchmark's folder, then {@code rollouts=10000000}, {@code group=8} and {@code
   * rounds=3}.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Map<String, String> options = new HashMap<>();
    for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
      String[] parts = argument.split("=", 2);
      options.put(parts[0], parts[1]);
    }
    long rollouts = Long.parseLong(options.getOrDefault("rollouts", "10000000"));
    int group = Integer.parseInt(options.getOrDefault("group", "8"));
    int rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
    Path root = folder.resolve("warehouse-" + rollouts + "-" + group);
    SparkSession spark = session(folder);
    boolean written = Files.exists(root);
    Warehouse warehouse = Warehouse.open(spark, root.toString());
    if (!written) {
      new RolloutTables(warehouse, rollouts, group).write();
    }
    System.out.printf("%d rollouts in groups of %d%n", rollouts, group);
    new AdvantagesRun(warehouse, root, folder).measure(folder, rounds);
    spark.stop();
  }

  /** As on a cluster, with two threads: code is generated, plans adapt. */
  private static SparkSession session(Path folder) {
    return SparkSessions.cluster("advantages benchmark")
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "16")
        .config(
            "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold", "64m") // no sorts to join
        .config("spark.sql.parquet.columnarReaderBatchSize", "4096") // no images are read
        .config("spark.databricks.delta.stats.collect", "false")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.sql.warehouse.dir", folder.resolve("spark").toString())
        .getOrCreate();
  }

  private void measure(Path folder, int rounds) throws SQLException {
    try (DuckDb duckDb = new DuckDb(folder.resolve("duckdb"))) {
      Seconds[] mine = new Seconds[rounds];
      Seconds[] others = new Seconds[rounds];
      for (int round = 0; round < rounds; round++) {
        mine[round] = Seconds.of(this::compute);
        others[round] = Seconds.of(() -> duckDb.advantages(root, theirs));
        System.out.printf("round %d: ours %s, DuckDB %s%n", round + 1, mine[round], others[round]);
      }
      Seconds ourMedian = Seconds.median(mine);
      Seconds theirMedian = Seconds.median(others);
      System.out.printf(
          Locale.ROOT,
          "median: ours %s, DuckDB %s; speed of ours / DuckDB's: %.2f by the clock, %.2f by"
              + " processor time%n",
          ourMedian,
          theirMedian,
          theirMedian.clock() / ourMedian.clock(),
          theirMedian.processors() / ourMedian.processors());
      System.out.printf("peak heap %d MiB%n", Seconds.peakHeap() >> 20);
      long differences = duckDb.differences(ours, theirs);
      System.out.printf("rows that differ by more than rounding: %d%n", differences);
      if (differences > 0) {
        throw new IllegalStateException("Ours and DuckDB's batches differ");
      }
    }
  }

  private void compute() {
    new Advantages(PLAN, AdvantageSettings.DEFAULT)
        .compute(
            warehouse.read(Table.ROLLOUTS, RolloutTables.RUN, RolloutTables.ITERATION),
            warehouse.read(Table.REWARDS, RolloutTables.RUN, RolloutTables.ITERATION),
            warehouse.lookUp(Table.PAIRS))
        .write()
        .mode("overwrite")
        .parquet(ours.toString());
  }
}
