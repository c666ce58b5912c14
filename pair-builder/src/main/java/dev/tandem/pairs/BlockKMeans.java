package dev.tandem.pairs;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Euclidean k-means by matrix products over blocks of single-precision rows. Parameters are named
 * as those of MLlib's KMeans:
 *
 * <ul>
 *   <li>{@code featuresCol}: vectors; default {@code features}
 *   <li>{@code predictionCol}: the cluster, from 0; default {@code prediction}
 *   <li>{@code k}: clusters, at most one per row; default 2
 *   <li>{@code maxIter}: most passes; default 20
 *   <li>{@code tol}: stops when no centre moves further; default 1e-4
 *   <li>{@code seed}: default 0
 *   <li>{@code initMode}: {@code random} or {@code k-means||} (default)
 * </ul>
 *
 * The same rows and seed give the same centres, whatever the order of the rows and the partitions.
 * The rows of a cluster may add up to 2^23 in a coordinate at most: scale large values down.
 */
public final class BlockKMeans extends Estimator<BlockKMeansModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;
  private static final String PARALLEL = "k-means||";
  private static final String RANDOM = "random";

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> predictionCol;
  private final IntParam k;
  private final IntParam maxIter;
  private final DoubleParam tol;
  private final LongParam seed;
  private final Param<String> initMode;

  public BlockKMeans() {
    this(Identifiable$.MODULE$.randomUID("blockKMeans"));
  }

  /** For reading a saved estimator. */
  public BlockKMeans(String uid) {
    this.uid = uid; // first: a parameter asks its owner for it
    featuresCol = new Param<>(this, "featuresCol", "column of vectors");
    predictionCol = new Param<>(this, "predictionCol", "column of clusters");
    k = new IntParam(this, "k", "clusters", ParamValidators.gtEq(1));
    maxIter = new IntParam(this, "maxIter", "most passes", ParamValidators.gtEq(1));
    tol = new DoubleParam(this, "tol", "smallest move of a centre", ParamValidators.gtEq(0));
    seed = new LongParam(this, "seed", "seed of the initial centres");
    initMode =
        new Param<>(
            this,
            "initMode",
            "random or k-means||",
            ParamValidators.inArray(new String[] {RANDOM, PARALLEL}));
    set(featuresCol, "features");
    set(predictionCol, "prediction");
    set(k, 2);
    set(maxIter, 20);
    set(tol, 1e-4);
    set(seed, 0L);
    set(initMode, PARALLEL);
  }

  /** Reads what {@link #save} wrote. */
  public static BlockKMeans load(String path) {
    return read().load(path);
  }

  public static MLReader<BlockKMeans> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> featuresCol() {
    return featuresCol;
  }

  public Param<String> predictionCol() {
    return predictionCol;
  }

  public IntParam k() {
    return k;
  }

  public IntParam maxIter() {
    return maxIter;
  }

  public DoubleParam tol() {
    return tol;
  }

  public LongParam seed() {
    return seed;
  }

  public Param<String> initMode() {
    return initMode;
  }

  public BlockKMeans setFeaturesCol(String column) {
    set(featuresCol, column);
    return this;
  }

  public BlockKMeans setPredictionCol(String column) {
    set(predictionCol, column);
    return this;
  }

  public BlockKMeans setK(int clusters) {
    set(k, clusters);
    return this;
  }

  public BlockKMeans setMaxIter(int passes) {
    set(maxIter, passes);
    return this;
  }

  public BlockKMeans setTol(double distance) {
    set(tol, distance);
    return this;
  }

  public BlockKMeans setSeed(long value) {
    set(seed, value);
    return this;
  }

  public BlockKMeans setInitMode(String mode) {
    set(initMode, mode);
    return this;
  }

  @Override
  public BlockKMeans copy(ParamMap extra) {
    return (BlockKMeans) defaultCopy(extra);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return transformed(schema, $(featuresCol), $(predictionCol));
  }

  static StructType transformed(StructType schema, String features, String prediction) {
    DataType type = schema.apply(features).dataType();
    if (!type.equals(SQLDataTypes.VectorType())) {
      throw new IllegalArgumentException(
          "Cannot cluster column %s: found type %s (must be vector)"
              .formatted(features, type.simpleString()));
    }
    return schema.add(prediction, DataTypes.IntegerType, false);
  }

  @Override
  public BlockKMeansModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    List<Row> first = dataset.select($(featuresCol)).toDF().takeAsList(1);
    if (first.isEmpty()) {
      throw new IllegalArgumentException("Cannot cluster: no rows (must be 1 or more)");
    }
    int dimension = ((Vector) first.get(0).get(0)).size();
    JavaPairRDD<Integer, byte[]> rows = placed(dataset, dimension).cache();
    int count = Math.toIntExact(rows.count());
    int[] indexes = IntStream.range(0, count).toArray();
    int partitions = dataset.sparkSession().sparkContext().defaultParallelism();
    try (SparkBlocks blocks = SparkBlocks.of(dataset.sparkSession(), rows, indexes, partitions)) {
      Centroids centroids = fit(blocks, count);
      return new BlockKMeansModel(centroids, $(featuresCol), $(predictionCol));
    } finally {
      rows.unpersist();
    }
  }

  private Centroids fit(SparkBlocks blocks, int count) {
    int clusters = Math.min((Integer) $(k), count);
    long seedValue = (Long) $(seed);
    boolean random = $(initMode).equals(RANDOM);
    BitSet drawn = draw(count, random ? clusters : 1, seedValue);
    Centroids initial =
        random
            ? Seeding.rows(blocks, drawn)
            : Seeding.parallel(blocks, drawn.nextSetBit(0), clusters, seedValue);
    KMeansConfig config =
        new KMeansConfig(
            KMeansConfig.Engine.BLOCKS,
            KMeansConfig.Algorithm.LLOYD,
            random ? KMeansConfig.Init.RANDOM : KMeansConfig.Init.PARALLEL,
            (Integer) $(maxIter),
            (Double) $(tol),
            count);
    return KMeans.fit(blocks, initial, config, count, seedValue, PairProgress.SILENT)
        .model()
        .centroids();
  }

  /** Rows by their place in the order of their digests, which no partitioning can change. */
  private JavaPairRDD<Integer, byte[]> placed(Dataset<?> dataset, int dimension) {
    return dataset
        .select($(featuresCol))
        .toDF()
        .toJavaRDD()
        .mapToPair(
            row -> {
              byte[] bytes = Vectors.toBytes(floats(row.get(0), dimension));
              return new Tuple2<>(Identifiers.sha256(bytes), bytes);
            })
        .sortByKey()
        .values()
        .zipWithIndex()
        .mapToPair(row -> new Tuple2<>(Math.toIntExact(row._2()), row._1()));
  }

  /** A vector in single precision. */
  static float[] floats(Object vector, int dimension) {
    float[] values = Vectors.toFloats(((Vector) vector).toArray());
    if (values.length != dimension || !Vectors.isFinite(values)) {
      throw new IllegalArgumentException(
          "Cannot cluster: found a vector of %d values%s (must be %d finite values)"
              .formatted(
                  values.length, Vectors.isFinite(values) ? "" : ", some not finite", dimension));
    }
    return values;
  }

  private static BitSet draw(int rows, int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("kmeans");
    long[] lots = new long[rows];
    Arrays.setAll(lots, row -> key.with(row).random().nextLong());
    return Seeding.smallest(lots, count);
  }
}
