package dev.tandem.pairs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
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
   * Writes the numbers of a build.
   *
   * @param pairs the build's rows of the table {@code pairs}
   * @param clusters the cluster of each image
   */
  static void write(Warehouse warehouse, PairSummary summary, List<Row> pairs, IntStream clusters) {
    PairStatistics statistics = new PairStatistics(summary.buildId());
    summary.counts().forEach((name, count) -> statistics.add("count", name, count));
    statistics.add("pair_type", PairType.ALIGNED.label(), summary.pairing().aligned());
    statistics.add("pair_type", PairType.RETRIEVED.label(), summary.pairing().retrieved());
    statistics.addSimilarities(pairs);
    statistics.addClusterSizes(clusters);
    Map<String, String> tags = tags(warehouse, pairs);
    statistics.addTags("generation_tag", pairs, PairBuild.GENERATION, tags);
    statistics.addTags("understanding_tag", pairs, PairBuild.UNDERSTANDING, tags);
    StructType schema = StructType.fromDDL(Table.PAIR_STATISTICS.ddl());
    warehouse.replaceWhere(
        Table.PAIR_STATISTICS,
        "true",
        warehouse.spark().createDataFrame(statistics.rows, schema).coalesce(1));
  }

  private void add(String measure, String item, long value) {
    rows.add(RowFactory.create(buildId, rows.size(), measure, item, value));
  }

  /** The tags of the samples in pairs that have one. */
  private static Map<String, String> tags(Warehouse warehouse, List<Row> pairs) {
    Set<String> ids = new HashSet<>();
    for (Row pair : pairs) {
      ids.add(pair.getString(PairBuild.GENERATION));
      ids.add(pair.getString(PairBuild.UNDERSTANDING));
    }
    Dataset<Row> wanted =
        warehouse.spark().createDataset(List.copyOf(ids), Encoders.STRING()).toDF("sample_id");
    Map<String, String> tags = new HashMap<>();
    warehouse
        .read(Table.SAMPLES)
        .where(col("tag").isNotNull())
        .select("sample_id", "tag")
        .join(broadcast(wanted), "sample_id")
        .collectAsList()
        .forEach(row -> tags.put(row.getString(0), row.getString(1)));
    return tags;
  }

  private void addTags(String measure, List<Row> pairs, int side, Map<String, String> tags) {
    Map<String, Long> counts = new TreeMap<>();
    for (Row pair : pairs) {
      counts.merge(tags.getOrDefault(pair.getString(side), "none"), 1L, Long::sum);
    }
    counts.forEach((item, count) -> add(measure, item, count));
  }

  /** Bins from the lowest pair's to the highest's; between them empty ones too. */
  private void addSimilarities(List<Row> pairs) {
    TreeMap<Integer, Long> bins = new TreeMap<>();
    for (Row pair : pairs) {
      if (pair.getString(PairBuild.TYPE).equals(PairType.RETRIEVED.label())) {
        bins.merge(bin(pair.getDouble(PairBuild.SIMILARITY)), 1L, Long::sum);
      }
    }
    if (bins.isEmpty()) {
      return;
    }
    for (int bin = bins.firstKey(); bin <= bins.lastKey(); bin++) {
      String low = String.format(Locale.ROOT, "%.2f", (double) bin / BINS);
      add("similarity", low, bins.getOrDefault(bin, 0L));
    }
  }

  /** In decimals: a similarity of 0.55 belongs to the bin that begins there. */
  private static int bin(double similarity) {
    BigDecimal place = BigDecimal.valueOf(similarity * BINS).setScale(6, RoundingMode.HALF_UP);
    return Math.min(place.setScale(0, RoundingMode.FLOOR).intValueExact(), BINS - 1);
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
