package dev.tandem.schemas.warehouse;

import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Brings rows into the shape of a table before they are written. */
final class RowShape {
  private RowShape() {}

  /**
   * Selects the table's columns in its order, casts where types differ and fills missing nullable
   * columns with null.
   *
   * @throws IllegalArgumentException if a column is unknown or a required one is missing
   */
  static Dataset<Row> conform(Table table, Dataset<Row> rows) {
    StructType wanted = StructType.fromDDL(table.ddl());
    Set<String> given = new TreeSet<>(List.of(rows.columns()));
    requireKnown(table, wanted, given);
    List<Column> selected = new ArrayList<>();
    for (StructField field : wanted.fields()) {
      if (given.contains(field.name())) {
        selected.add(column(rows, field));
      } else if (field.nullable()) {
        selected.add(lit(null).cast(field.dataType()).as(field.name()));
      } else {
        throw new IllegalArgumentException(
            "Cannot write to table %s: column %s is missing (found %s)"
                .formatted(table.tableName(), field.name(), given));
      }
    }
    return rows.select(selected.toArray(Column[]::new));
  }

  private static void requireKnown(Table table, StructType wanted, Set<String> given) {
    Set<String> unknown = new TreeSet<>(given);
    unknown.removeAll(List.of(wanted.fieldNames()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot write to table %s: it has no column %s (columns: %s)"
              .formatted(
                  table.tableName(),
                  String.join(", ", unknown),
                  String.join(", ", wanted.fieldNames())));
    }
  }

  private static Column column(Dataset<Row> rows, StructField field) {
    Column column = rows.col(field.name());
    DataType type = rows.schema().apply(field.name()).dataType();
    return DataType.equalsIgnoreNullability(type, field.dataType())
        ? column
        : column.cast(field.dataType()).as(field.name());
  }
}
