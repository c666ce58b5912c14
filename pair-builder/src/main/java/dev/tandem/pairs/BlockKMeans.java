package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;
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
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * K-means by matrix products over blocks of single-precision rows. Parameters are named as those of
 * MLlib's KMeans, except the last:
 *
 * <ul>
 *   <li>{@code featuresCol}: vectors; default {@code features}
 *   <li>{@code predictionCol}: the cluster, from 0; default {@code prediction}
 *   <li>{@code k}: clusters, at most one per row; default 2
 *   <li>{@code maxIter}: most passes, or batches; default 20
 *   <li>{@code tol}: stops when no centre moves further; not with batches; default 1e-4
 *   <li>{@code seed}: default 0
 *   <li>{@code initMode}: {@code random} or {@code k-means||} (default)
 *   <li>{@code distanceMeasure}: {@code euclidean} (default), or {@code cosine}: of rows scaled to
 *       length one, and so are the centres; a row of zeros is an error then
 *   <li>{@code batchSize}: rows of a mini-batch, on average; 0 (default): every pass takes all rows
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
  static final String EUCLIDEAN = "euclidean";
  static final String COSINE = "cosine";

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> predictionCol;
  private final IntParam k;
  private final IntParam maxIter;
  private final DoubleParam tol;
  private final LongParam seed;
  private final Param<String> initMode;
  private final Param<String> distanceMeasure;
  private final IntParam batchSize;

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
    distanceMeasure = distanceMeasure(this);
    batchSize = new IntParam(this, "batchSize", "rows of a batch, or 0", ParamValidators.gtEq(0));
    setDefault(featuresCol, "features");
    setDefault(predictionCol, "prediction");
    setDefault(k, 2);
    setDefault(maxIter, 20);
    setDefault(tol, 1e-4);
    setDefault(seed, 0L);
    setDefault(initMode, PARALLEL);
    setDefault(distanceMeasure, EUCLIDEAN);
    setDefault(batchSize, 0);
  }

  static Param<String> distanceMeasure(Params owner) {
    return new Param<>(
        owner,
        "distanceMeasure",
        "euclidean or cosine",
        ParamValidators.inArray(new String[] {EUCLIDEAN, COSINE}));
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

  public Param<String> distanceMeasure() {
    return distanceMeasure;
  }

  public IntParam batchSize() {
    return batchSize;
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

  public BlockKMeans setDistanceMeasure(String measure) {
    set(distanceMeasure, measure);
    return this;
  }

  public BlockKMeans setBatchSize(int rows) {
    set(batchSize, rows);
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
    FeatureRows features =
        new FeatureRows(((Vector) first.get(0).get(0)).size(), $(distanceMeasure).equals(COSINE));
    JavaPairRDD<Integer, byte[]> rows = features.placed(dataset.select($(featuresCol))).cache();
    int count = Math.toIntExact(rows.count());
    int[] indexes = IntStream.range(0, count).toArray();
    int partitions = dataset.sparkSession().sparkContext().defaultParallelism();
    try (SparkBlocks blocks = SparkBlocks.of(dataset.sparkSession(), rows, indexes, partitions)) {
      String modelUid = Identifiable$.MODULE$.randomUID("blockKMeansModel");
      BlockKMeansModel model = new BlockKMeansModel(modelUid, fit(blocks, count));
      return copyValues(model.setParent(this), ParamMap.empty());
    } finally {
      rows.unpersist();
    }
  }

  private Centroids fit(SparkBlocks blocks, int count) {
    int clusters = Math.min((Integer) $(k), count);
    long seedValue = (Long) $(seed);
    boolean random = $(initMode).equals(RANDOM);
    boolean cosine = $(distanceMeasure).equals(COSINE);
    BitSet drawn = draw(count, random ? clusters : 1, seedValue);
    Centroids initial =
        random
            ? Seeding.rows(blocks, drawn)
            : Seeding.parallel(blocks, drawn.nextSetBit(0), clusters, seedValue);
    boolean batches = (Integer) $(batchSize) > 0;
    KMeansConfig config =
        new KMeansConfig(
            KMeansConfig.Engine.BLOCKS,
            cosine ? KMeansConfig.Algorithm.SPHERICAL : KMeansConfig.Algorithm.LLOYD,
            random ? KMeansConfig.Init.RANDOM : KMeansConfig.Init.PARALLEL,
            (Integer) $(maxIter),
            (Double) $(tol),
            batches ? (Integer) $(batchSize) : count);
    KMeans.Model model =
        batches
            ? KMeans.miniBatches(
                blocks,
                initial,
                config,
                count,
                seedValue,
                cosine ? Centroids::normalized : UnaryOperator.identity())
            : KMeans.fit(blocks, initial, config, count, seedValue, PairProgress.SILENT).model();
    return model.centroids();
  }

  private static BitSet draw(int rows, int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("kmeans");
    long[] lots = new long[rows];
    Arrays.setAll(lots, row -> key.with(row).random().nextLong());
    return Seeding.smallest(lots, count);
  }
}
