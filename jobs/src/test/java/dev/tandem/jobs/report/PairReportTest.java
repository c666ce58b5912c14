package dev.tandem.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairReportTest {
  private final List<Row> statistics = new ArrayList<>();

  private Warehouse warehouse;

  @BeforeEach
  void open(@TempDir Path folder) {
    warehouse = Warehouse.open(TestSpark.session(), folder.toString());
  }

  private void add(String measure, String item, long value) {
    statistics.add(RowFactory.create("build", statistics.size(), measure, item, value));
  }

  private List<String> report() {
    StructType schema = StructType.fromDDL(Table.PAIR_STATISTICS.ddl());
    warehouse.append(
        Table.PAIR_STATISTICS, TestSpark.session().createDataFrame(statistics, schema));
    return PairReport.of(warehouse)
        .lines()
        .filter(line -> !line.startsWith("-"))
        .map(line -> line.strip().replaceAll(" +", " "))
        .toList();
  }

  @Test
  void printsEveryNumberOfTheTableInItsOrder() {
    add("count", "embedded", 1200);
    add("count", "near_duplicates", 7);
    add("pair_type", "aligned", 20);
    add("pair_type", "retrieved", 80);
    add("similarity", "0.50", 1);
    add("similarity", "0.55", 79);
    add("cluster_size", "2 to 3", 5);
    add("generation_tag", "single_object", 100);
    add("understanding_tag", "none", 100);

    assertThat(report())
        .containsExactly(
            "step count",
            "embedded 1200",
            "near_duplicates 7",
            "",
            "pair type pairs",
            "aligned 20 " + "#".repeat(10),
            "retrieved 80 " + "#".repeat(40),
            "",
            "similarity from pairs",
            "0.50 1 #",
            "0.55 79 " + "#".repeat(40),
            "",
            "images in a cluster clusters",
            "2 to 3 5 " + "#".repeat(40),
            "",
            "generation tag pairs",
            "single_object 100 " + "#".repeat(40),
            "",
            "understanding tag pairs",
            "none 100 " + "#".repeat(40));
  }

  @Test
  void ofManyTagsTheRareOnesShareALine() {
    IntStream.range(0, 30).forEach(i -> add("generation_tag", "tag" + i, 100 - i));

    List<String> report = report();

    assertThat(report).hasSize(1 + 24).contains("tag22 78 " + "#".repeat(32));
    // 77 + 76 + ... + 71
    assertThat(report.get(24)).startsWith("7 others 518 ");
  }
}
