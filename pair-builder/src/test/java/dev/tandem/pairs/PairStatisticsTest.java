package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairStatisticsTest {
  private static final int SIDE = 25;

  private Warehouse warehouse;

  @Test
  void theTableHoldsTheNumbersOfTheNewestBuild(@TempDir Path folder) {
    warehouse = Warehouse.open(TestSpark.session(), folder.toString());
    List<Row> samples = new ArrayList<>(SyntheticSamples.generation(SIDE));
    samples.addAll(SyntheticSamples.understanding(SIDE));
    warehouse.append(Table.SAMPLES, SyntheticSamples.table(samples));
    build(5);
    PairSummary summary = build(6);

    assertThat(measure("count")).isEqualTo(summary.counts());
    assertThat(measure("count")).containsEntry("reused", 2L * SIDE);
    for (PairType type : PairType.values()) {
      long pairs = warehouse.read(Table.PAIRS).where("pair_type = '" + type.label() + "'").count();
      assertThat(measure("pair_type")).containsEntry(type.label(), pairs);
    }
    assertThat(sum("similarity")).isEqualTo(summary.pairing().retrieved());
    measure("similarity")
        .forEach(
            (low, count) ->
                assertThat(retrievedFrom(Double.parseDouble(low))).as(low).isEqualTo(count));
    assertThat(sum("cluster_size"))
        .isEqualTo(summary.pairing().clusters() - summary.pairing().emptyClusters());
    assertThat(measure("generation_tag")).isEqualTo(Map.of("synthetic", (long) summary.pairs()));
    assertThat(measure("understanding_tag")).isEqualTo(measure("generation_tag"));
    assertThat(warehouse.read(Table.PAIR_STATISTICS).select("build_id").distinct().count())
        .isEqualTo(1);
  }

  private PairSummary build(long seed) {
    return PairBuild.run(warehouse, PairConfig.defaults(seed), PairProgress.SILENT);
  }

  private Map<String, Long> measure(String name) {
    Map<String, Long> values = new LinkedHashMap<>();
    warehouse
        .read(Table.PAIR_STATISTICS)
        .where("measure = '" + name + "'")
        .orderBy("place")
        .collectAsList()
        .forEach(row -> values.put(row.getAs("item"), row.getAs("value")));
    return values;
  }

  private long sum(String name) {
    return measure(name).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Retrieved pairs in the bin that begins here; the last one has both its ends. */
  private long retrievedFrom(double low) {
    double high = low > 0.94 ? 1.01 : low + 0.05;
    return warehouse.read(Table.PAIRS).where("pair_type = 'retrieved'").collectAsList().stream()
        .mapToDouble(row -> row.getAs("similarity"))
        // Bins are those of similarities rounded to six places.
        .map(similarity -> Math.round(similarity * 1e6) / 1e6)
        .filter(similarity -> similarity >= low - 1e-9 && similarity < high - 1e-9)
        .count();
  }
}
