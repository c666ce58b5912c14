package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The population's vectors as cached blocks on the executors, and the distributed steps over them.
 * None of the results depends on how rows are spread over blocks and partitions.
 */
final class EmbeddedImages implements AutoCloseable {
  private static final int BLOCK_ROWS = 1024;
  private static final int MAX_ITERATIONS = 20;

  private final JavaSparkContext spark;
  private final JavaRDD<VectorBlock> blocks;

  private EmbeddedImages(JavaSparkContext spark, JavaRDD<VectorBlock> blocks) {
    this.spark = spark;
    this.blocks = blocks;
  }

  /** Reads the vectors ({@code sample_id}, {@code vector}) of the population's members. */
  static EmbeddedImages read(
      Warehouse warehouse, Dataset<Row> vectors, Population population, int partitions) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext());
    Broadcast<String[]> ids = spark.broadcast(population.sampleIds());
    JavaRDD<VectorBlock> blocks =
        vectors
            .repartition(partitions)
            .toJavaRDD()
            .mapPartitions(rows -> blocks(rows, ids.value()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new EmbeddedImages(spark, blocks);
  }

  private static Iterator<VectorBlock> blocks(Iterator<Row> rows, String[] ids) {
    List<VectorBlock> blocks = new ArrayList<>();
    TreeMap<Integer, byte[]> block = new TreeMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      int index = Arrays.binarySearch(ids, row.getString(0));
      if (index >= 0) {
        block.put(index, (byte[]) row.get(1));
      }
      if (block.size() == BLOCK_ROWS || (!rows.hasNext() && !block.isEmpty())) {
        blocks.add(block(block));
        block.clear();
      }
    }
    return blocks.iterator();
  }

  private static VectorBlock block(TreeMap<Integer, byte[]> rows) {
    int dimension = rows.firstEntry().getValue().length / Float.BYTES;
    float[] values = new float[rows.size() * dimension];
    int offset = 0;
    for (byte[] row : rows.values()) {
      Vectors.asFloats(row).get(values, offset, dimension);
      offset += dimension;
    }
    int[] indexes = rows.keySet().stream().mapToInt(Integer::intValue).toArray();
    return new VectorBlock(indexes, values, dimension);
  }

  /** Clusters all images; the initial centres are images drawn by the seed and their ids. */
  Medoids cluster(Population population, int clusters, long seed) {
    Centroids initial = rows(draw(population, clusters, seed));
    Centroids centroids = KMeans.lloyd(this::sums, initial, MAX_ITERATIONS).centroids();
    return broadcast(
        centroids,
        shared ->
            blocks
                .mapPartitions(rows -> one(Medoids.over(() -> rows, shared.value())))
                .treeReduce(Medoids::merge));
  }

  /** Each image draws a number that depends on its id only; the smallest ones are chosen. */
  static BitSet draw(Population population, int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("kmeans");
    long[] draws =
        population.members().stream()
            .mapToLong(member -> key.with(member.sampleId()).random().nextLong())
            .toArray();
    BitSet chosen = new BitSet();
    IntStream.range(0, draws.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> draws[i]).thenComparing(i -> i))
        .limit(count)
        .forEach(chosen::set);
    return chosen;
  }

  private Centroids rows(BitSet wanted) {
    TreeMap<Integer, float[]> rows = new TreeMap<>();
    for (VectorBlock block : blocks.map(block -> block.select(wanted::get)).collect()) {
      for (int row = 0; row < block.rows(); row++) {
        rows.put(block.indexes()[row], block.row(row));
      }
    }
    double[][] values =
        rows.values().stream()
            .map(row -> IntStream.range(0, row.length).mapToDouble(d -> row[d]).toArray())
            .toArray(double[][]::new);
    return Centroids.of(values);
  }

  private CentroidSums sums(Centroids centroids) {
    return broadcast(
        centroids,
        shared ->
            blocks
                .mapPartitions(rows -> one(KMeans.over(() -> rows).apply(shared.value())))
                .treeReduce(CentroidSums::merge));
  }

  private <T> T broadcast(Centroids centroids, Function<Broadcast<Centroids>, T> use) {
    Broadcast<Centroids> shared = spark.broadcast(centroids);
    try {
      return use.apply(shared);
    } finally {
      shared.destroy();
    }
  }

  private static <T> Iterator<T> one(T value) {
    return List.of(value).iterator();
  }

  /** The candidate edges between the given generation and understanding samples, collected. */
  List<Edge> edges(Retrieval retrieval, BitSet generation, BitSet understanding) {
    JavaRDD<VectorBlock> left = nonEmpty(generation);
    JavaRDD<VectorBlock> right = nonEmpty(understanding);
    List<Edge> edges =
        left.cartesian(right)
            .flatMap(
                (Tuple2<VectorBlock, VectorBlock> pair) ->
                    retrieval.edges(pair._1(), pair._2()).iterator())
            .collect();
    return edges.stream().collect(Collectors.groupingBy(Edge::generation)).values().stream()
        .flatMap(candidates -> retrieval.best(candidates).stream())
        .toList();
  }

  private JavaRDD<VectorBlock> nonEmpty(BitSet wanted) {
    return blocks.map(block -> block.select(wanted::get)).filter(block -> block.rows() > 0);
  }

  @Override
  public void close() {
    blocks.unpersist();
  }
}
