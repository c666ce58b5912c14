package dev.tandem.schemas.warehouse;

import dev.tandem.schemas.Column;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * The columns of a table that an earlier version of this program made. Columns that came later and
 * may be null are added, and are null in the rows that are there; checks that came with them are
 * not, since these rows need not pass them.
 *
 * @param path folder of the table, with scheme
 */
record EarlierColumns(SparkSession spark, Table table, String path) {

  /**
   * Adds what is missing.
   *
   * @throws UserError if a column is missing that no row may lack
   */
  void complete() {
    Set<String> found = Set.of(spark.read().format("delta").load(path).columns());
    List<Column> missing =
        table.columns().stream().filter(column -> !found.contains(column.name())).toList();
    List<Column> required = missing.stream().filter(column -> !column.nullable()).toList();
    if (!required.isEmpty()) {
      throw new UserError(
          "Cannot use table %s in %s: it was made by an earlier version, without %s, which its rows would need. Make the tables again in another folder (a training run: another run.name or run.folder), or use that version for these"
              .formatted(table.tableName(), path, names(required)));
    }
    missing.forEach(this::add);
  }

  private static String names(List<Column> columns) {
    return columns.stream()
        .map(column -> "%s %s".formatted(column.name(), column.type()))
        .collect(Collectors.joining(", ", columns.size() == 1 ? "column " : "columns ", ""));
  }

  /** In the table's order, so that the columns before it are there. */
  private void add(Column column) {
    int at = table.columns().indexOf(column);
    String place = at == 0 ? "FIRST" : "AFTER " + table.columns().get(at - 1).name();
    spark.sql("ALTER TABLE delta.`%s` ADD COLUMNS (%s %s)".formatted(path, column.ddl(), place));
  }
}
