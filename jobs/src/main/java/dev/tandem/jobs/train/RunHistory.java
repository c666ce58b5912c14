package dev.tandem.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.jobs.config.ConfigDifference;
import dev.tandem.jobs.config.ConfigWriter;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The rows of {@code runs} and {@code iterations} of one run: what was started, what is done. */
final class RunHistory {
  private static final List<Table> INPUTS = List.of(Table.SAMPLES, Table.EMBEDDINGS, Table.PAIRS);
  private static final List<Table> TRAINED = List.of(Table.ROLLOUTS, Table.REWARDS, Table.BATCHES);

  private final Warehouse warehouse;
  private final String runId;

  RunHistory(Warehouse warehouse, String runId) {
    this.warehouse = warehouse;
    this.runId = runId;
  }

  /**
   * An iteration that is done.
   *
   * @param iteration its number, from 1
   * @param policyAfter version of the policy that it led to
   */
  record Committed(int iteration, String policyAfter) {}

  /**
   * Writes the run's row, unless an earlier process did.
   *
   * @return whether one did
   */
  boolean start(TandemConfig config) {
    if (!started().isEmpty()) {
      return true;
    }
    Row row =
        RowFactory.create(
            runId,
            ConfigWriter.toYaml(config),
            CodeVersion.current(),
            config.run().seed(),
            versions(INPUTS),
            Timestamp.from(Instant.now()));
    warehouse.append(Table.RUNS, rows(Table.RUNS, List.of(row)));
    return false;
  }

  private List<Row> started() {
    return ofThisRun(Table.RUNS).select("config").collectAsList();
  }

  /**
   * Checks that a run that goes on is the one that was started.
   *
   * @throws UserError if a run of this name was started with another configuration
   */
  void requireSameRun(TandemConfig config) {
    List<Row> started = started();
    if (started.isEmpty()) {
      return;
    }
    List<String> differences =
        ConfigDifference.between(started.get(0).getString(0), ConfigWriter.toYaml(config));
    if (!differences.isEmpty()) {
      throw new UserError(
          ("Cannot continue run '%s': it was started with another configuration (%s). Give the new"
                  + " run another name with --set run.name=..., or remove the folder of the old one")
              .formatted(runId, String.join("; ", differences)));
    }
  }

  /** The last iteration that was committed. */
  Optional<Committed> last() {
    return newestFirst().stream().findFirst();
  }

  /** All iterations that were committed. */
  List<Committed> newestFirst() {
    return ofThisRun(Table.ITERATIONS)
        .select("iteration", "policy_after")
        .orderBy(col("iteration").desc())
        .collectAsList()
        .stream()
        .map(row -> new Committed(row.getInt(0), row.getString(1)))
        .toList();
  }

  /**
   * The newest versions of the tables that hold an iteration, but for its metrics. Asked for before
   * the next iteration writes to them.
   */
  Map<String, Long> versionsOfTrained() {
    return versions(TRAINED);
  }

  /**
   * What is written when an iteration is done.
   *
   * @param versions of {@link #versionsOfTrained}
   * @param stages stages that ran, comma-separated
   * @param seconds by phase
   * @param counts rows by kind
   */
  record Commit(
      int iteration,
      String stages,
      String policyBefore,
      String policyAfter,
      Map<String, Long> versions,
      Map<String, Double> seconds,
      Map<String, Long> counts) {}

  /** Commits an iteration: from now on the views {@code committed_*} show its rows. */
  void commit(Commit commit) {
    Map<String, Long> versions = new TreeMap<>(commit.versions());
    versions.putAll(versions(List.of(Table.METRICS)));
    Row row =
        RowFactory.create(
            runId,
            commit.iteration(),
            commit.stages(),
            commit.policyBefore(),
            commit.policyAfter(),
            versions,
            new TreeMap<>(commit.seconds()),
            new TreeMap<>(commit.counts()),
            Timestamp.from(Instant.now()));
    warehouse.replace(
        Table.ITERATIONS, runId, commit.iteration(), rows(Table.ITERATIONS, List.of(row)));
  }

  /**
   * Takes back the commits after an iteration, whose policies are lost: the views {@code
   * committed_*} show their rows no more, and the run makes them again. Until then the tables keep
   * what these iterations wrote.
   */
  void revertTo(int iteration) {
    warehouse.replaceWhere(
        Table.ITERATIONS,
        "run_id = '%s' AND iteration > %d".formatted(runId, iteration),
        rows(Table.ITERATIONS, List.of()));
  }

  private Map<String, Long> versions(List<Table> tables) {
    Map<String, Long> versions = new TreeMap<>();
    tables.forEach(table -> versions.put(table.tableName(), warehouse.version(table)));
    return versions;
  }

  private Dataset<Row> ofThisRun(Table table) {
    return warehouse.read(table).where(col("run_id").equalTo(lit(runId)));
  }

  private Dataset<Row> rows(Table table, List<Row> rows) {
    return warehouse.spark().createDataFrame(rows, StructType.fromDDL(table.ddl())).coalesce(1);
  }
}
