package dev.tandem.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShapeWorldSourceTest {
  private static final int PER_SIDE = 200;

  @Test
  void rowsFitTheTableAndShowNoHeldOutPrompt(@TempDir Path folder) {
    Warehouse warehouse = Warehouse.open(TestSpark.session(), folder.toString());

    warehouse.append(Table.SAMPLES, new ShapeWorldSource(1).samples(TestSpark.session(), PER_SIDE));

    List<Row> rows = warehouse.read(Table.SAMPLES).collectAsList();
    assertThat(rows).hasSize(2 * PER_SIDE);
    assertThat(rows.stream().map(row -> row.<String>getAs("sample_id")).collect(Collectors.toSet()))
        .hasSize(2 * PER_SIDE);
    assertThat(rows).noneMatch(row -> HeldOut.contains(row.getAs("prompt")));
  }

  @Test
  void equalSeedsGiveEqualSamplesAndOthersDiffer() {
    assertThat(collect(1)).isEqualTo(collect(1)).isNotEqualTo(collect(2));
  }

  private static List<String> collect(long seed) {
    SparkSession spark = TestSpark.session();
    return new ShapeWorldSource(seed)
        .samples(spark, 20).collectAsList().stream()
            .map(row -> row.getAs("image_sha256") + row.<String>getAs("question"))
            .toList();
  }
}
