package dev.tandem.pairs.imports;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A folder in the warehouse that holds what the tasks read, while it is counted and sorted into
 * tables: files are read once, and all counts speak of the same reading. Removed when closed; what
 * a killed import leaves, the next import of the same data overwrites.
 */
final class Staging implements AutoCloseable {
  private final Warehouse warehouse;
  private final Path folder;

  Staging(Warehouse warehouse, String dataFolder) {
    this.warehouse = warehouse;
    Path root = new Path(warehouse.path(Table.SAMPLES)).getParent();
    this.folder = new Path(root, "_staging/import-" + Identifiers.sampleId(dataFolder));
  }

  /** Writes the rows and reads them back. */
  Dataset<Row> store(Dataset<Row> rows) {
    rows.write().mode("overwrite").parquet(folder.toString());
    return warehouse.spark().read().schema(rows.schema()).parquet(folder.toString());
  }

  @Override
  public void close() {
    try {
      folder.getFileSystem(warehouse.spark().sessionState().newHadoopConf()).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }
}
