package dev.tandem.schemas.warehouse;

import dev.tandem.schemas.Table;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The Delta tables below one folder of any Hadoop file system. Every write is one atomic Delta
 * commit; rows are matched to columns by name, and a row that breaks a constraint fails the write.
 */
public final class Warehouse {
  private static final Pattern COMMIT_FILE = Pattern.compile("(\\d{20})\\.json");

  /** Up to so many paths Spark asks the file system itself and runs no job to do it. */
  private static final int FEW_FILES = 32;

  private final SparkSession spark;
  private final String root;
  private final DataFiles dataFiles;

  private Warehouse(SparkSession spark, String root) {
    this.spark = spark;
    this.root = root;
    this.dataFiles = new DataFiles(spark.sessionState().newHadoopConf());
  }

  /**
   * Opens the warehouse, creates each table that does not exist yet, adds columns that tables of an
   * earlier version lack, and registers the views of {@link #registerViews}.
   *
   * @param root folder as a Hadoop path; a path without scheme belongs to the default file system
   * @throws dev.tandem.schemas.UserError if a table lacks a column that may not be null
   */
  public static Warehouse open(SparkSession spark, String root) {
    Path path = new Path(root);
    FileSystem files = fileSystem(spark, path);
    String qualified = path.makeQualified(files.getUri(), files.getWorkingDirectory()).toString();
    Warehouse warehouse = new Warehouse(spark, qualified);
    for (Table table : Table.values()) {
      if (warehouse.version(table) < 0) {
        warehouse.deleteTornLog(table);
        spark.sql(TableStatements.create(table, warehouse.path(table)));
      } else {
        new EarlierColumns(spark, table, warehouse.path(table)).complete();
      }
    }
    warehouse.registerViews();
    return warehouse;
  }

  /** A process that is killed while it creates a table leaves a log without a commit. */
  private void deleteTornLog(Table table) {
    Path log = new Path(path(table), "_delta_log");
    try {
      fileSystem(spark, log).delete(log, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the unfinished Delta log " + log, e);
    }
  }

  /** The session that reads and writes. */
  public SparkSession spark() {
    return spark;
  }

  /** The folder of the table, with scheme. */
  public String path(Table table) {
    return root + "/" + table.tableName();
  }

  /** All rows of the newest version, committed or not. */
  public Dataset<Row> read(Table table) {
    return spark.read().format("delta").load(path(table));
  }

  /**
   * The same rows as {@link #read(Table)}, planned without a Spark job where they lie in few files.
   * For tables that are read in every iteration; all columns count as nullable.
   */
  public Dataset<Row> lookUp(Table table) {
    return dataFiles
        .find(path(table))
        .filter(files -> files.size() <= FEW_FILES)
        .map(files -> readFiles(table, files))
        .orElseGet(() -> read(table));
  }

  /** The iteration's rows in the newest version, committed or not. */
  public Dataset<Row> read(Table table, String runId, int iteration) {
    Iteration key = new Iteration(runId, iteration);
    return dataFiles
        .find(path(table), key)
        .map(files -> readFiles(table, files))
        .orElseGet(() -> read(table).where(key.predicate()));
  }

  private Dataset<Row> readFiles(Table table, List<String> files) {
    StructType schema = StructType.fromDDL(table.ddl());
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    Column[] inOrder =
        Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new);
    return spark
        .read()
        .schema(schema)
        .option("basePath", path(table))
        .parquet(files.toArray(String[]::new))
        .select(inOrder); // the folders' columns would come last
  }

  /**
   * Adds rows. Not idempotent: use it where a key makes a second run harmless.
   *
   * @param rows columns of the table by name in any order; nullable ones may be missing
   */
  public void append(Table table, Dataset<Row> rows) {
    RowShape.conform(table, rows).write().format("delta").mode("append").save(path(table));
  }

  /**
   * Makes the given rows the only ones of the iteration, so that a repeated stage leaves one copy.
   * Costs no more than an append where the iteration has no rows yet.
   *
   * @param rows all with this {@code run_id} and {@code iteration}; anything else fails the write
   */
  public void replace(Table table, String runId, int iteration, Dataset<Row> rows) {
    Iteration key = new Iteration(runId, iteration);
    Dataset<Row> checked = key.require(rows);
    if (exists(new Path(path(table), key.folder()))) {
      replaceWhere(table, key.predicate(), checked);
    } else {
      append(table, checked);
    }
  }

  /**
   * Makes the given rows the only ones that fulfil the predicate.
   *
   * @param predicate SQL over the table's columns, true for each of {@code rows}
   */
  public void replaceWhere(Table table, String predicate, Dataset<Row> rows) {
    RowShape.conform(table, rows)
        .write()
        .format("delta")
        .mode("overwrite")
        .option("replaceWhere", predicate)
        .save(path(table));
  }

  /** The newest version of the table; each write raises it. -1 if the table does not exist. */
  public long version(Table table) {
    Path log = new Path(path(table), "_delta_log");
    long version = -1;
    try {
      for (FileStatus file : fileSystem(spark, log).listStatus(log)) {
        Matcher name = COMMIT_FILE.matcher(file.getPath().getName());
        if (name.matches()) {
          version = Math.max(version, Long.parseLong(name.group(1)));
        }
      }
    } catch (FileNotFoundException e) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the Delta log " + log, e);
    }
    return version;
  }

  /**
   * Registers a temporary view {@code <table>} for every table, and {@code committed_<table>} with
   * the rows of committed iterations for every table that grows by iteration. A view always shows
   * the newest version.
   */
  public void registerViews() {
    for (Table table : Table.values()) {
      spark.sql(TableStatements.view(table, path(table)));
    }
    for (Table table : Table.values()) {
      if (table.isIterationScoped()) {
        spark.sql(TableStatements.committedView(table));
      }
    }
  }

  /**
   * Registers the views of {@link AnalysisView} over those of {@link #registerViews}. For sessions
   * in which people ask: a loop would only wait for them.
   */
  public void registerAnalysisViews() {
    for (AnalysisView view : AnalysisView.values()) {
      spark.sql(view.statement());
    }
  }

  private boolean exists(Path path) {
    try {
      return fileSystem(spark, path).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for " + path, e);
    }
  }

  private static FileSystem fileSystem(SparkSession spark, Path path) {
    try {
      return path.getFileSystem(spark.sessionState().newHadoopConf());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the file system of " + path, e);
    }
  }
}
