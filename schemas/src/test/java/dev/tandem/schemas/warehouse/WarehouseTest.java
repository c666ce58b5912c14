package dev.tandem.schemas.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.Column;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarehouseTest {
  @TempDir static Path folder;

  private static SparkSession spark;
  private static Warehouse warehouse;

  @BeforeAll
  static void open() {
    spark = TestSpark.session();
    warehouse = Warehouse.open(spark, folder.resolve("warehouse").toString());
  }

  @Test
  void everyTableExistsWithItsColumnsAndComments() {
    for (Table table : Table.values()) {
      Dataset<Row> rows = warehouse.read(table);
      assertThat(rows.columns())
          .containsExactly(table.columns().stream().map(Column::name).toArray(String[]::new));
      for (Column column : table.columns()) {
        assertThat(rows.schema().apply(column.name()).getComment().get())
            .isEqualTo(column.comment());
        assertThat(rows.schema().apply(column.name()).nullable())
            .as(table + "." + column.name())
            .isEqualTo(column.nullable());
      }
    }
  }

  @Test
  void tableWhoseCreationWasKilledIsCreatedAgain(@TempDir Path torn) throws Exception {
    Path log = Files.createDirectories(torn.resolve("rollouts/_delta_log/_staged_commits"));
    Files.createFile(log.resolveSibling(".00000000000000000000.json.tmp"));

    Warehouse mended = Warehouse.open(TestSpark.session(), torn.toString());
    assertThat(mended.read(Table.ROLLOUTS).count()).isZero();
    warehouse.registerViews();
  }

  @Test
  void columnsThatATableOfAnEarlierVersionLacksAreAdded(@TempDir Path early) {
    Path table = createWithout(early, Table.REWARDS, "failure_kind", "requests");
    rewards(1)
        .drop("failure_kind", "requests")
        .write()
        .format("delta")
        .mode("append")
        .save(table.toString());

    Warehouse now = Warehouse.open(spark, early.toString());
    now.replace(Table.REWARDS, "early", 2, rewards(2));
    Dataset<Row> rows = now.read(Table.REWARDS).sort("iteration");
    assertThat(rows.columns())
        .containsExactly(Table.REWARDS.columns().stream().map(Column::name).toArray(String[]::new));
    assertThat(rows.collectAsList())
        .extracting(row -> row.<Integer>getAs("requests"))
        .containsExactly(null, 3);
    assertThat(now.lookUp(Table.REWARDS).sort("iteration").collectAsList())
        .isEqualTo(rows.collectAsList());
    warehouse.registerViews();
  }

  @Test
  void aMissingColumnThatRowsMustHaveIsNamed(@TempDir Path early) {
    Path table = createWithout(early, Table.REWARDS, "failure_kind", "cached");

    assertThatThrownBy(() -> Warehouse.open(spark, early.toString()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Cannot use table rewards in file:" + table)
        .hasMessageContaining("earlier version, without column cached BOOLEAN, which")
        .hasMessageContaining("another run.name or run.folder");
    warehouse.registerViews();
  }

  /** Makes a table as a version made it that did not know the columns. */
  private static Path createWithout(Path root, Table table, String... unknown) {
    Path path = root.resolve(table.tableName());
    String columns =
        table.columns().stream()
            .filter(column -> !List.of(unknown).contains(column.name()))
            .map(Column::ddl)
            .collect(Collectors.joining(", "));
    spark.sql(
        "CREATE TABLE delta.`%s` (%s) USING delta PARTITIONED BY (run_id, iteration)"
            .formatted(path, columns));
    return path;
  }

  private static Dataset<Row> rewards(int iteration) {
    return spark.sql(
        "SELECT 'early' run_id, %d iteration, 'r' rollout_id, 'g' group_id, 'format' reward,"
                .formatted(iteration)
            + " 1.0D value, CAST(NULL AS STRING) failure, CAST(NULL AS STRING) failure_kind,"
            + " 2.0D latency_millis, 3 requests, 1 attempt, false cached");
  }

  @Test
  void repeatedReplaceLeavesOneCopy() {
    warehouse.replace(Table.METRICS, "repeated's", 1, metrics("repeated's", 1, 3));
    warehouse.replace(Table.METRICS, "repeated's", 2, metrics("repeated's", 2, 3));
    warehouse.replace(Table.METRICS, "repeated's", 1, metrics("repeated's", 1, 2));

    assertThat(warehouse.read(Table.METRICS).where("run_id = \"repeated's\"").count()).isEqualTo(5);
    warehouse.replace(Table.METRICS, "repeated's", 2, metrics("repeated's", 2, 0));
    assertThat(warehouse.read(Table.METRICS).where("run_id = \"repeated's\"").count()).isEqualTo(2);
  }

  @Test
  void replaceRefusesRowsOfAnotherIteration() {
    assertThatThrownBy(() -> warehouse.replace(Table.METRICS, "other", 1, metrics("other", 2, 1)))
        .hasStackTraceContaining("does not belong to run other, iteration 1: other, 2");
    warehouse.replace(Table.METRICS, "other", 1, metrics("other", 1, 1));
    assertThatThrownBy(() -> warehouse.replace(Table.METRICS, "other", 1, metrics("another", 1, 1)))
        .hasStackTraceContaining("does not belong to run other, iteration 1: another, 1");
  }

  @Test
  void anIterationIsReadFromItsFilesAsDeltaReadsIt() {
    String runId = "a=b's 50% \u00e9";
    assertThat(warehouse.read(Table.METRICS, runId, 1).count()).isZero();
    for (int iteration = 1; iteration <= 12; iteration++) { // beyond a checkpoint of the log
      warehouse.replace(Table.METRICS, runId, iteration, metrics(runId, iteration, iteration));
    }
    warehouse.replace(Table.METRICS, runId, 3, metrics(runId, 3, 2));
    warehouse.replace(Table.METRICS, runId, 5, metrics(runId, 5, 0));

    for (int iteration : new int[] {1, 3, 5, 12}) {
      Dataset<Row> asDelta =
          warehouse
              .read(Table.METRICS)
              .where(new Iteration(runId, iteration).predicate())
              .sort("name");
      Dataset<Row> rows = warehouse.read(Table.METRICS, runId, iteration).sort("name");
      assertThat(rows.collectAsList()).isEqualTo(asDelta.collectAsList());
      assertThat(rows.columns()).isEqualTo(asDelta.columns());
    }
  }

  @Test
  void aTableIsLookedUpAsDeltaReadsItHoweverManyFilesItHas(@TempDir Path looking) {
    Warehouse other = Warehouse.open(spark, looking.toString());
    assertThat(other.lookUp(Table.METRICS).count()).isZero();
    for (int files : new int[] {1, 40}) { // few, and more than are looked up without Delta
      Dataset<Row> rows = metrics("many", files, 80).repartition(files);
      other.replace(Table.METRICS, "many", files, rows);
      Dataset<Row> asDelta = other.read(Table.METRICS).sort("iteration", "name");
      Dataset<Row> found = other.lookUp(Table.METRICS).sort("iteration", "name");
      assertThat(found.collectAsList()).isEqualTo(asDelta.collectAsList()).isNotEmpty();
      assertThat(found.columns()).isEqualTo(asDelta.columns());
    }
    warehouse.registerViews();
  }

  @Test
  void rowsMarkedAsDeletedAreNotRead(@TempDir Path marking) {
    Warehouse other = Warehouse.open(spark, marking.toString());
    other.replace(Table.METRICS, "marked", 1, metrics("marked", 1, 3));
    String table = "delta.`%s`".formatted(other.path(Table.METRICS));
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')"
            .formatted(table));
    spark.sql("DELETE FROM %s WHERE name = 'metric/1'".formatted(table));

    spark.conf().set("spark.databricks.delta.stats.skipping", true); // else Delta cannot read them
    try {
      assertThat(other.read(Table.METRICS, "marked", 1).count()).isEqualTo(2);
    } finally {
      spark.conf().unset("spark.databricks.delta.stats.skipping");
      warehouse.registerViews();
    }
  }

  @Test
  void viewsShowNewRowsAndCommittedViewsOnlyCommittedOnes() {
    warehouse.replace(Table.METRICS, "views", 0, metrics("views", 0, 1));
    warehouse.replace(Table.METRICS, "views", 1, metrics("views", 1, 4));
    warehouse.replace(Table.METRICS, "views", 2, metrics("views", 2, 4));
    assertThat(count("metrics", "views")).isEqualTo(9);
    assertThat(count("committed_metrics", "views")).isEqualTo(1);

    warehouse.replace(
        Table.ITERATIONS,
        "views",
        1,
        spark.sql(
            "SELECT 'views' run_id, 1 iteration, 'reason' stage, 'a' policy_before,"
                + " 'b' policy_after, map('metrics', 1L) table_versions,"
                + " map('learn', 1.5D) timings, map('rollouts', 4L) counts,"
                + " current_timestamp() committed_at"));
    assertThat(count("committed_metrics", "views")).isEqualTo(5);
    assertThat(count("committed_iterations", "views")).isEqualTo(1);
  }

  @Test
  void versionRisesWithEveryWrite() {
    long before = warehouse.version(Table.EVALUATIONS);
    warehouse.append(
        Table.EVALUATIONS,
        spark.sql(
            "SELECT 'v' run_id, 0 iteration, 'geneval' suite, 'p' prompt_id, 't' tag, 'x' prompt,"
                + " 7 seed"));
    assertThat(warehouse.version(Table.EVALUATIONS)).isEqualTo(before + 1);
  }

  @Test
  void constraintsRefuseBadRows() {
    Dataset<Row> both =
        spark.sql(
            "SELECT 'c' run_id, 1 iteration, 'r' rollout_id, 'g' group_id, 'format' reward, 1.0D value,"
                + " 'timeout' failure_kind, 'late' failure, 1.0D latency_millis, 1 attempt,"
                + " false cached");
    assertThatThrownBy(() -> warehouse.append(Table.REWARDS, both))
        .hasStackTraceContaining("value_or_failure");
    assertThatThrownBy(
            () ->
                warehouse.append(
                    Table.REWARDS, both.selectExpr("* except (value, failure, failure_kind)")))
        .hasStackTraceContaining("value_or_failure");
    Dataset<Row> nameless =
        metrics("c", 1, 1).selectExpr("run_id", "iteration", "value", "null name");
    assertThatThrownBy(() -> warehouse.append(Table.METRICS, nameless))
        .hasStackTraceContaining("NOT NULL");
  }

  @Test
  void wrongColumnsAreNamed() {
    Dataset<Row> rows = metrics("w", 1, 1);
    assertThatThrownBy(() -> warehouse.append(Table.METRICS, rows.drop("value")))
        .hasMessageContaining("metrics: column value is missing");
    assertThatThrownBy(() -> warehouse.append(Table.METRICS, rows.selectExpr("*", "1 colour")))
        .hasMessageContaining("metrics: it has no column colour");
  }

  @Test
  void anOpenedWarehouseKeepsItsRows() {
    warehouse.append(Table.METRICS, metrics("kept", 1, 2));
    Warehouse again = Warehouse.open(spark, folder.resolve("warehouse").toString());
    assertThat(again.read(Table.METRICS).where("run_id = 'kept'").count()).isEqualTo(2);
  }

  private static Dataset<Row> metrics(String runId, int iteration, int count) {
    return spark
        .range(count)
        .selectExpr(
            "\"" + runId + "\" run_id",
            iteration + " iteration",
            "concat('metric/', id) name",
            "cast(id as double) value");
  }

  private static long count(String view, String runId) {
    return spark.sql("SELECT * FROM " + view + " WHERE run_id = '" + runId + "'").count();
  }
}
