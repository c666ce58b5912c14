package dev.tandem.pairs;

import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The population's vectors as cached blocks on the executors, once, each block of one side only.
 * None of the results depends on how blocks are spread over partitions.
 */
record EmbeddedImages(SparkBlocks rows) implements AutoCloseable {
  /** Understanding rows that a task searches at most, unless there are fewer partitions. */
  private static final int LIST_ROWS = 1 << 16;

  /** Reads the vectors ({@code sample_id}, {@code vector}) of the population's members. */
  static EmbeddedImages read(
      Warehouse warehouse, Dataset<Row> vectors, Population population, int partitions) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext());
    int[] indexesByPlace = places(population);
    Broadcast<String[]> ids = spark.broadcast(population.sampleIds());
    Broadcast<int[]> places = spark.broadcast(inverse(indexesByPlace, population.size()));
    JavaPairRDD<Integer, byte[]> placed =
        vectors.toJavaRDD().mapToPair(row -> placed(row, ids.value(), places.value()));
    return new EmbeddedImages(
        SparkBlocks.of(warehouse.spark(), placed, indexesByPlace, partitions));
  }

  /** Generation members, then from the next block on understanding members; gaps are unused. */
  private static int[] places(Population population) {
    int generation = population.generationSize();
    int understanding =
        (generation + SparkBlocks.BLOCK_ROWS - 1) / SparkBlocks.BLOCK_ROWS * SparkBlocks.BLOCK_ROWS;
    int[] indexes = new int[understanding + population.size() - generation];
    Arrays.fill(indexes, -1);
    int nextGeneration = 0;
    for (int index = 0; index < population.size(); index++) {
      indexes[population.member(index).generation() ? nextGeneration++ : understanding++] = index;
    }
    return indexes;
  }

  private static int[] inverse(int[] indexesByPlace, int size) {
    int[] places = new int[size];
    for (int place = 0; place < indexesByPlace.length; place++) {
      if (indexesByPlace[place] >= 0) {
        places[indexesByPlace[place]] = place;
      }
    }
    return places;
  }

  private static Tuple2<Integer, byte[]> placed(Row row, String[] ids, int[] places) {
    int index = Arrays.binarySearch(ids, row.getString(0));
    return new Tuple2<>(index < 0 ? -1 : places[index], (byte[]) row.get(1));
  }

  private static <T> Iterator<T> one(T value) {
    return List.of(value).iterator();
  }

  /**
   * The best edges between the given samples, all of which are compared. A generation sample's
   * edges lie in one element.
   */
  JavaRDD<Edges> exactEdges(Retrieval retrieval, BitSet generation, BitSet understanding) {
    Broadcast<BitSet> left = rows.spark().broadcast(generation);
    Broadcast<BitSet> right = rows.spark().broadcast(understanding);
    JavaRDD<List<VectorBlock>> looking =
        rows.blocks()
            .map(block -> block.narrowed(left.value()))
            .filter(block -> block.anyOf(left.value()))
            .glom();
    JavaRDD<Edges> found =
        looking
            .cartesian(rows.blocks().filter(block -> block.anyOf(right.value())))
            .mapPartitions(pairs -> compare(pairs, retrieval, left.value(), right.value()));
    return byGeneration(found, retrieval);
  }

  /** The pairs of a partition all have the same rows of one side. */
  private static Iterator<Edges> compare(
      Iterator<Tuple2<List<VectorBlock>, VectorBlock>> pairs,
      Retrieval retrieval,
      BitSet generation,
      BitSet understanding) {
    if (!pairs.hasNext()) {
      return Collections.emptyIterator();
    }
    Tuple2<List<VectorBlock>, VectorBlock> pair = pairs.next();
    ExactSearch search =
        new ExactSearch(retrieval, pair._1(), generation, understanding, ProductKernel.best());
    search.compare(pair._2());
    pairs.forEachRemaining(next -> search.compare(next._2()));
    return one(search.edges());
  }

  /**
   * The best edges between generation samples and those understanding samples that belong to one of
   * their nearest clusters. A generation sample's edges lie in one element.
   *
   * <p>Rows travel to the parts that hold their clusters: an understanding row once, a generation
   * row at most as often as it looks through clusters.
   */
  JavaRDD<Edges> listEdges(
      Retrieval retrieval, NearestCentroids nearest, BitSet generation, BitSet understanding) {
    int parts = Math.max(rows.partitions(), understanding.cardinality() / LIST_ROWS);
    Broadcast<ListSearch> search =
        rows.spark()
            .broadcast(new ListSearch(retrieval, nearest, generation, understanding, parts));
    JavaRDD<Edges> found =
        rows.blocks()
            .flatMapToPair(block -> search.value().sent(block).iterator())
            .repartitionAndSortWithinPartitions(new BlockPartitioner(parts, ListSearch.KINDS))
            .mapPartitionsWithIndex((part, sent) -> one(search.value().edges(part, sent)), false);
    return byGeneration(found, retrieval);
  }

  private JavaRDD<Edges> byGeneration(JavaRDD<Edges> found, Retrieval retrieval) {
    int parts = rows.partitions();
    JavaPairRDD<Integer, Edges> split =
        found.flatMapToPair(
            edges -> {
              Edges[] byPart = edges.split(parts);
              List<Tuple2<Integer, Edges>> keyed = new ArrayList<>();
              for (int part = 0; part < parts; part++) {
                keyed.add(new Tuple2<>(part, byPart[part]));
              }
              return keyed.iterator();
            });
    return split
        .reduceByKey((a, b) -> a.append(b), parts)
        .values()
        .map(edges -> edges.best(retrieval.limit()));
  }

  @Override
  public void close() {
    rows.close();
  }
}
