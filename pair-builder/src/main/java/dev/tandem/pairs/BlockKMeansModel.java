package dev.tandem.pairs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the nearest centre of each vector; made by {@link BlockKMeans}, whose parameters {@code
 * featuresCol}, {@code predictionCol} and {@code distanceMeasure} it has.
 */
public final class BlockKMeansModel extends Model<BlockKMeansModel> implements MLWritable {
  private static final long serialVersionUID = 1;

  /** Rows assigned at once. */
  private static final int BATCH = 1024;

  private final String uid;
  private final Centroids centroids;
  private final Param<String> featuresCol;
  private final Param<String> predictionCol;
  private final Param<String> distanceMeasure;

  BlockKMeansModel(String uid, Centroids centroids) {
    this.uid = uid; // first: a parameter asks its owner for it
    this.centroids = centroids;
    featuresCol = new Param<>(this, "featuresCol", "column of vectors");
    predictionCol = new Param<>(this, "predictionCol", "column of clusters");
    distanceMeasure = BlockKMeans.distanceMeasure(this);
    setDefault(featuresCol, "features");
    setDefault(predictionCol, "prediction");
    setDefault(distanceMeasure, BlockKMeans.EUCLIDEAN);
  }

  /** Reads what {@link #save} wrote. */
  public static BlockKMeansModel load(String path) {
    return read().load(path);
  }

  public static MLReader<BlockKMeansModel> read() {
    return new KMeansModelFiles.Reader();
  }

  @Override
  public MLWriter write() {
    return new KMeansModelFiles.Writer(this);
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

  public Param<String> distanceMeasure() {
    return distanceMeasure;
  }

  public BlockKMeansModel setFeaturesCol(String column) {
    set(featuresCol, column);
    return this;
  }

  public BlockKMeansModel setPredictionCol(String column) {
    set(predictionCol, column);
    return this;
  }

  /** The centres, one vector per cluster. */
  public Vector[] clusterCenters() {
    int dimension = centroids.dimension();
    return IntStream.range(0, centroids.count())
        .mapToObj(
            cluster ->
                new DenseVector(
                    Arrays.copyOfRange(
                        centroids.values(), cluster * dimension, (cluster + 1) * dimension)))
        .toArray(Vector[]::new);
  }

  @Override
  public BlockKMeansModel copy(ParamMap extra) {
    return copyValues(new BlockKMeansModel(uid, centroids), extra).setParent(parent());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return BlockKMeans.transformed(schema, $(featuresCol), $(predictionCol));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    int features = dataset.schema().fieldIndex($(featuresCol));
    Centroids shared = centroids;
    FeatureRows reader =
        new FeatureRows(centroids.dimension(), $(distanceMeasure).equals(BlockKMeans.COSINE));
    return dataset
        .toDF()
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> predict(rows, features, reader, shared),
            Encoders.row(schema));
  }

  /** The rows with their clusters, assigned batch by batch. */
  private static Iterator<Row> predict(
      Iterator<Row> rows, int features, FeatureRows reader, Centroids centroids) {
    Assigner assigner = new Assigner(centroids, ProductKernel.best());
    TaskContext.get().addTaskCompletionListener((TaskContext task) -> assigner.close());
    Deque<Row> predicted = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !predicted.isEmpty() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (predicted.isEmpty()) {
          List<Row> batch = batch(rows);
          Assignment assignment = assigner.assign(block(batch, features, reader), 1);
          for (int row = 0; row < batch.size(); row++) {
            predicted.add(with(batch.get(row), assignment.cluster(row)));
          }
        }
        return predicted.remove();
      }
    };
  }

  private static List<Row> batch(Iterator<Row> rows) {
    List<Row> batch = new ArrayList<>();
    while (batch.size() < BATCH && rows.hasNext()) {
      batch.add(rows.next());
    }
    return batch;
  }

  private static VectorBlock block(List<Row> rows, int features, FeatureRows reader) {
    int dimension = reader.dimension();
    float[] values = new float[rows.size() * dimension];
    for (int row = 0; row < rows.size(); row++) {
      float[] vector = reader.floats(rows.get(row).get(features));
      System.arraycopy(vector, 0, values, row * dimension, dimension);
    }
    return new VectorBlock(IntStream.range(0, rows.size()).toArray(), values, dimension);
  }

  private static Row with(Row row, int cluster) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = cluster;
    return RowFactory.create(values);
  }
}
