package dev.tandem.schemas.warehouse;

import dev.tandem.schemas.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The SQL statements that make tables and views. */
final class TableStatements {
  private TableStatements() {}

  static String create(Table table, String path) {
    String partitions =
        table.partitionBy().isEmpty()
            ? ""
            : " PARTITIONED BY (" + String.join(", ", table.partitionBy()) + ")";
    return "CREATE TABLE IF NOT EXISTS delta.`%s` (%s) USING delta%s COMMENT '%s' TBLPROPERTIES (%s)"
        .formatted(path, table.ddl(), partitions, quoted(table.comment()), properties(table));
  }

  static String view(Table table, String path) {
    return "CREATE OR REPLACE TEMPORARY VIEW %s COMMENT '%s' AS SELECT * FROM delta.`%s`"
        .formatted(table.tableName(), quoted(table.comment()), path);
  }

  /**
   * Iteration 0 is the state before training: no row of {@code iterations} can commit it, and all
   * that belongs to it is written at once.
   */
  static String committedView(Table table) {
    String name = table.tableName();
    return """
        CREATE OR REPLACE TEMPORARY VIEW committed_%s AS
        SELECT * FROM %s WHERE iteration = 0
        OR (run_id, iteration) IN (SELECT run_id, iteration FROM iterations)"""
        .formatted(name, name);
  }

  private static String properties(Table table) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("delta.checkpointInterval", "100");
    table
        .checks()
        .forEach((name, predicate) -> properties.put("delta.constraints." + name, predicate));
    return properties.entrySet().stream()
        .map(entry -> "'%s' = '%s'".formatted(entry.getKey(), quoted(entry.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
