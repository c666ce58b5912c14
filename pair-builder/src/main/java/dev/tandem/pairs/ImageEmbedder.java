package dev.tandem.pairs;

import dev.tandem.frozen.ColorLayoutEncoder;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the embedding of an image column, in Spark tasks. Parameters are named as those of DJL's
 * Spark extension:
 *
 * <ul>
 *   <li>{@code inputCol}: encoded images, BINARY; default {@code image}
 *   <li>{@code outputCol}: vectors of length one as little-endian float32, BINARY; default {@code
 *       vector}; null where the image is null or cannot be decoded, or the encoder gives NaN
 *   <li>{@code failureCol}: why there is no vector, as kind, colon, what was found, STRING; default
 *       {@code failure}; null where there is one
 *   <li>{@code engine}: {@code color_layout} (default) or {@code OnnxRuntime}
 *   <li>{@code modelUrl}: path of the {@code .onnx} file, the same on every executor
 *   <li>{@code batchSize}: images given to the encoder at once; default 32
 * </ul>
 *
 * A task opens its own encoder and closes it when it ends; it decodes ahead on a second thread.
 */
public final class ImageEmbedder extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;
  private static final int DEFAULT_BATCH = 32;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> failureCol;
  private final Param<String> engine;
  private final Param<String> modelUrl;
  private final IntParam batchSize;

  public ImageEmbedder() {
    this(Identifiable$.MODULE$.randomUID("imageEmbedder"));
  }

  /** For reading a saved transformer. */
  public ImageEmbedder(String uid) {
    this.uid = uid; // first: a parameter asks its owner for it
    inputCol = new Param<>(this, "inputCol", "column of images");
    outputCol = new Param<>(this, "outputCol", "column of vectors");
    failureCol = new Param<>(this, "failureCol", "column of reasons why there is no vector");
    engine = new Param<>(this, "engine", "what runs the encoder");
    modelUrl = new Param<>(this, "modelUrl", "file of the encoder");
    batchSize = new IntParam(this, "batchSize", "images at once", ParamValidators.gtEq(1));
    set(inputCol, "image");
    set(outputCol, "vector");
    set(failureCol, "failure");
    set(engine, ColorLayoutEncoder.NAME);
    set(modelUrl, "");
    set(batchSize, DEFAULT_BATCH);
  }

  /** Reads what {@link #save} wrote. */
  public static ImageEmbedder load(String path) {
    return read().load(path);
  }

  public static MLReader<ImageEmbedder> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public Param<String> failureCol() {
    return failureCol;
  }

  public Param<String> engine() {
    return engine;
  }

  public Param<String> modelUrl() {
    return modelUrl;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public ImageEmbedder setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  public ImageEmbedder setOutputCol(String column) {
    set(outputCol, column);
    return this;
  }

  public ImageEmbedder setFailureCol(String column) {
    set(failureCol, column);
    return this;
  }

  public ImageEmbedder setEngine(String name) {
    set(engine, name);
    return this;
  }

  public ImageEmbedder setModelUrl(String url) {
    set(modelUrl, url);
    return this;
  }

  public ImageEmbedder setBatchSize(int size) {
    set(batchSize, size);
    return this;
  }

  @Override
  public ImageEmbedder copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    String input = $(inputCol);
    DataType type = schema.apply(input).dataType();
    if (!type.equals(DataTypes.BinaryType)) {
      throw new IllegalArgumentException(
          "Cannot embed column %s: found type %s (must be binary)"
              .formatted(input, type.simpleString()));
    }
    return schema
        .add($(outputCol), DataTypes.BinaryType, true)
        .add($(failureCol), DataTypes.StringType, true);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    int input = dataset.schema().fieldIndex($(inputCol));
    int batch = (Integer) $(batchSize);
    EmbeddingTask task = new EmbeddingTask($(engine), $(modelUrl), input, batch);
    return dataset
        .toDF()
        .mapPartitions((MapPartitionsFunction<Row, Row>) task::embed, Encoders.row(schema));
  }
}
