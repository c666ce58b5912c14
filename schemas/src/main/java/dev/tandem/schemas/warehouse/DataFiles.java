package dev.tandem.schemas.warehouse;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds the data files of a table in its Delta log with Delta Kernel, in this process. Delta's
 * Spark reader runs several Spark jobs for it each time, which in a loop over small iterations
 * takes longer than reading the data.
 */
final class DataFiles {
  private final Engine engine;

  DataFiles(Configuration hadoop) {
    this.engine = DefaultEngine.create(hadoop);
  }

  /**
   * The files of the newest version of the table.
   *
   * @param table folder, with scheme
   * @return empty if rows of these files are marked as deleted: then only Delta can read them
   */
  Optional<List<String>> find(String table) {
    return files(table, scan(table).build());
  }

  /** Like {@link #find(String)}, only the files that hold the iteration's rows and no others. */
  Optional<List<String>> find(String table, Iteration iteration) {
    Predicate rows =
        new Predicate(
            "AND",
            equal("run_id", Literal.ofString(iteration.runId())),
            equal("iteration", Literal.ofInt(iteration.iteration())));
    return files(table, scan(table).withFilter(rows).build());
  }

  private ScanBuilder scan(String table) {
    return TableManager.loadSnapshot(table).build(engine).getScanBuilder();
  }

  private Optional<List<String>> files(String table, Scan scan) {
    List<String> files = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            Row file = rows.next();
            if (InternalScanFileUtils.getDeletionVectorDescriptorFromRow(file) != null) {
              return Optional.empty();
            }
            files.add(InternalScanFileUtils.getAddFileStatus(file).getPath());
          }
        }
      }
      return Optional.of(files);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
    }
  }

  private static Predicate equal(String column, Literal value) {
    return new Predicate("=", new Column(column), value);
  }
}
