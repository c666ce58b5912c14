package dev.tandem.schemas;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables through which the stages meet. Columns, comments, keys, constraints and partitioning
 * are written here (in the definitions next to this class) and nowhere else.
 */
public enum Table {
  SAMPLES(CurationTables.samples()),
  EMBEDDINGS(CurationTables.embeddings()),
  PAIRS(CurationTables.pairs()),
  PAIR_STATISTICS(CurationTables.pairStatistics()),
  RUNS(RunTables.runs()),
  ITERATIONS(RunTables.iterations()),
  ROLLOUTS(TrajectoryTables.rollouts()),
  REWARDS(TrajectoryTables.rewards()),
  BATCHES(TrajectoryTables.batches()),
  METRICS(RunTables.metrics()),
  EVALUATIONS(RunTables.evaluations()),
  QUARANTINE(CurationTables.quarantine()),
  MODEL_REPLIES(ModelTables.modelReplies()),
  REWARD_CACHE(ModelTables.rewardCache());

  private final TableDefinition definition;

  Table(TableDefinition definition) {
    this.definition = definition;
  }

  /** Name in SQL and name of the folder below the warehouse. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a row of this table is. */
  public String comment() {
    return definition.comment();
  }

  /** The columns in order. */
  public List<Column> columns() {
    return definition.columns();
  }

  /** Names of the columns that identify a row. */
  public List<String> key() {
    return definition.key();
  }

  /** Names of the partition columns, outermost first; empty for an unpartitioned table. */
  public List<String> partitionBy() {
    return definition.partitionBy();
  }

  /** Predicates that hold for every row, by constraint name. */
  public Map<String, String> checks() {
    return definition.checks();
  }

  /** Whether rows belong to an iteration, so that a committed view exists. */
  public boolean isIterationScoped() {
    return partitionBy().contains("iteration");
  }

  /** The columns as {@code name TYPE NOT NULL COMMENT '...', ...}. */
  public String ddl() {
    return columns().stream().map(Column::ddl).collect(Collectors.joining(", "));
  }
}
