package dev.tandem.pairs;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The numbers of a build, as rows of the table {@code pair_statistics}: counts by step, pairs by
 * type, retrieved pairs by similarity, clusters by size, pairs by the tag of either side.
 */
final class PairStatistics {
  /** Bins of the histogram of similarities in one. */
  private static final int BINS = 20;

  private final String buildId;
  private final List<Row> rows = new ArrayList<>();

  private PairStatistics(String buildId) {
    this.buildId = buildId;
  }

  /**
   * Writes the numbers of the build whose pairs the table {@code pairs} holds.
   *
   * @param clusters the cluster of each image
   */
  static void write(Warehouse warehouse, PairSummary summary, IntStream clusters) {
    PairStatistics statistics = new PairStatistics(summary.buildId());
    summary.counts().forEach((name, count) -> statistics.add("count", name, count));
    Dataset<Row> pairs = warehouse.read(Table.PAIRS).cache();
    statistics.add("pair_type", PairType.ALIGNED.label(), summary.pairing().aligned());
    statistics.add("pair_type", PairType.RETRIEVED.label(), summary.pairing().retrieved());
    statistics.addSimilarities(pairs);
    statistics.addClusterSizes(clusters);
    Dataset<Row> tags =
        warehouse
            .read(Table.SAMPLES)
            .select(col("sample_id"), coalesce(col("tag"), lit("none")).as("tag"))
            .dropDuplicates("sample_id");
    for (String side : List.of("generation", "understanding")) {
      statistics.addGroups(
          side + "_tag",
          pairs
              .join(tags, pairs.col(side + "_sample_id").equalTo(tags.col("sample_id")))
              .groupBy("tag")
              .count());
    }
    pairs.unpersist();
    StructType schema = StructType.fromDDL(Table.PAIR_STATISTICS.ddl());
    warehouse.replaceWhere(
        Table.PAIR_STATISTICS,
        "true",
        warehouse.spark().createDataFrame(statistics.rows, schema).coalesce(1));
  }

  private void add(String measure, String item, long value) {
    rows.add(RowFactory.create(buildId, rows.size(), measure, item, value));
  }

  private void addGroups(String measure, Dataset<Row> counts) {
    Map<String, Long> sorted = new TreeMap<>();
    counts.collectAsList().forEach(row -> sorted.put(row.getString(0), row.getLong(1)));
    sorted.forEach((item, count) -> add(measure, item, count));
  }

  /** Bins from the lowest pair's to the highest's; between them empty ones too. */
  private void addSimilarities(Dataset<Row> pairs) {
    TreeMap<Long, Long> bins = new TreeMap<>();
    String place = "least(floor(cast(similarity * %d AS DECIMAL(20, 6))), %d)";
    pairs
        .where("pair_type = 'retrieved'")
        .groupBy(expr("cast(" + place.formatted(BINS, BINS - 1) + " AS BIGINT)").as("bin"))
        .count()
        .collectAsList()
        .forEach(row -> bins.put(row.getLong(0), row.getLong(1)));
    if (bins.isEmpty()) {
      return;
    }
    for (long bin = bins.firstKey(); bin <= bins.lastKey(); bin++) {
      String low = String.format(Locale.ROOT, "%.2f", (double) bin / BINS);
      add("similarity", low, bins.getOrDefault(bin, 0L));
    }
  }

  /** Clusters in classes of size: 1, 2 to 3, 4 to 7 and so on; empty ones are in no class. */
  private void addClusterSizes(IntStream clusters) {
    Map<Integer, Integer> sizes = new TreeMap<>();
    clusters.forEach(cluster -> sizes.merge(cluster, 1, Integer::sum));
    Map<Integer, Long> classes = new TreeMap<>();
    sizes.values().forEach(size -> classes.merge(Integer.highestOneBit(size), 1L, Long::sum));
    classes.forEach(
        (least, count) ->
            add("cluster_size", least == 1 ? "1" : least + " to " + (2 * least - 1), count));
  }
}
