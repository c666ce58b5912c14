package dev.tandem.schemas.warehouse;

import io.delta.kernel.Scan;
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
 * Finds the data files of an iteration in a Delta log with Delta Kernel, in this process. Delta's
 * Spark reader runs several Spark jobs for it each time, which in a loop over small iterations
 * takes longer than reading the data.
 */
final class IterationFiles {
  private final Engine engine;

  IterationFiles(Configuration hadoop) {
    this.engine = DefaultEngine.create(hadoop);
  }

  /**
   * The files that hold the iteration's rows in the newest version of the table, and no other rows.
   *
   * @param table folder, with scheme
   * @return empty if rows of these files are marked as deleted: then only Delta can read them
   */
  Optional<List<String>> find(String table, Iteration iteration) {
    Scan scan =
        TableManager.loadSnapshot(table)
            .build(engine)
            .getScanBuilder()
            .withFilter(
                new Predicate(
                    "AND",
                    equal("run_id", Literal.ofString(iteration.runId())),
                    equal("iteration", Literal.ofInt(iteration.iteration()))))
            .build();
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
