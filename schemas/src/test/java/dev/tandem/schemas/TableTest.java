package dev.tandem.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableTest {
  @ParameterizedTest
  @EnumSource
  void sparkReadsTheDefinition(Table table) {
    StructType type = StructType.fromDDL(table.ddl());
    assertThat(List.of(type.fieldNames()))
        .isEqualTo(table.columns().stream().map(Column::name).toList());
    for (Column column : table.columns()) {
      StructField field = type.apply(column.name());
      assertThat(field.nullable()).isEqualTo(column.nullable());
      assertThat(field.getComment().get()).isEqualTo(column.comment()).isNotBlank();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysAndPartitionsAreRequiredColumns(Table table) {
    List<String> required =
        table.columns().stream().filter(column -> !column.nullable()).map(Column::name).toList();
    assertThat(table.key()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(required).containsAll(table.key()).containsAll(table.partitionBy());
    assertThat(table.columns()).extracting(Column::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void nullableColumnsSayWhatNullMeans(Table table) {
    assertThat(table.columns())
        .filteredOn(Column::nullable)
        .allSatisfy(column -> assertThat(column.comment()).contains("; null:"));
  }
}
