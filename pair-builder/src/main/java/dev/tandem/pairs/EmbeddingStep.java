package dev.tandem.pairs;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.xxhash64;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.ImageEncoders;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Embeds the images that have no vector of this encoder yet, in the table {@code embeddings}, part
 * by part: a run that was killed goes on after the last whole part. Vectors of an encoder of the
 * same name but another digest are replaced. Images that cannot be decoded or encoded go to the
 * table {@code quarantine} and are tried again by the next run.
 *
 * @param encoder {@code color_layout} or the path of an {@code .onnx} file
 * @param name the encoder's name in the table
 * @param digest the encoder's digest in the table
 * @param dimension the number of values in a vector
 */
record EmbeddingStep(String encoder, String name, String digest, int dimension) {

  private static final String JOB = "embed/";

  /** Of a row of {@code quarantine}; a sample's source is a file, colon, line number. */
  private static final Column[] FAILURE = {
    regexp_replace(col("source"), ":\\d+$", ""),
    coalesce(regexp_extract(col("source"), ":(\\d+)$", 1).try_cast("bigint"), lit(0L)),
    col("failure"),
    coalesce(col("image_path"), col("sample_id"))
  };

  /** A killed run loses one part; parts are few, for each reads the table of samples. */
  private static final long PART_IMAGES = 8192;

  private static final long MAX_PARTS = 16;

  static EmbeddingStep of(String encoder) {
    try (ImageEncoder opened = ImageEncoders.open(encoder)) {
      return new EmbeddingStep(encoder, opened.name(), opened.digest(), opened.dimension());
    }
  }

  /** The current vectors: {@code sample_id}, {@code vector}. */
  Dataset<Row> vectors(Warehouse warehouse) {
    return ofThisEncoder(warehouse)
        .where(col("encoder_digest").equalTo(digest))
        .select("sample_id", "vector");
  }

  PairSummary.Embedding run(Warehouse warehouse, PairProgress progress) {
    long missing = missing(warehouse).count();
    long reused = images(warehouse).count() - missing;
    if (missing == 0) {
      return new PairSummary.Embedding(name, 0, reused, 0);
    }
    removeOutdated(warehouse);
    long parts = Math.min(MAX_PARTS, (missing + PART_IMAGES - 1) / PART_IMAGES);
    long embedded = 0;
    List<Row> failures = new ArrayList<>();
    for (long part = 0; part < parts; part++) {
      progress.doing("embedding %d images, %d done".formatted(missing, embedded));
      Dataset<Row> rows = embed(warehouse, part, parts).persist(StorageLevel.MEMORY_AND_DISK());
      failures.addAll(rows.where(col("vector").isNull()).select(FAILURE).collectAsList());
      embedded += rows.where(col("vector").isNotNull()).count();
      warehouse.append(Table.EMBEDDINGS, vectorRows(rows)); // last: it drops what is persisted
      rows.unpersist();
      if (parts > 1) {
        progress.done("  embedded %d of %d images".formatted(embedded, missing));
      }
    }
    quarantine(warehouse, failures);
    return new PairSummary.Embedding(name, embedded, reused, missing - embedded);
  }

  private Dataset<Row> images(Warehouse warehouse) {
    return warehouse
        .read(Table.SAMPLES)
        .where("image_format IS NOT NULL")
        .select("sample_id", "image", "source", "image_path");
  }

  private Dataset<Row> missing(Warehouse warehouse) {
    Dataset<Row> vectors = vectors(warehouse);
    return images(warehouse).join(vectors.select("sample_id"), sampleId(), "left_anti");
  }

  /** Embeds one part of what is missing, chosen by the samples' ids. */
  private Dataset<Row> embed(Warehouse warehouse, long part, long parts) {
    ImageEmbedder embedder =
        new ImageEmbedder().setEngine(ImageEncoders.engineOf(encoder)).setModelUrl(encoder);
    int tasks = warehouse.spark().sparkContext().defaultParallelism();
    Dataset<Row> chosen =
        missing(warehouse).where(pmod(xxhash64(col("sample_id")), lit(parts)).equalTo(part));
    return embedder.transform(chosen.repartition(tasks)).drop("image");
  }

  private Dataset<Row> vectorRows(Dataset<Row> embedded) {
    return embedded
        .where(col("vector").isNotNull())
        .select(
            col("sample_id"),
            lit(name).as("encoder"),
            lit(digest).as("encoder_digest"),
            lit(dimension).as("dimension"),
            col("vector"));
  }

  private void removeOutdated(Warehouse warehouse) {
    Dataset<Row> all = ofThisEncoder(warehouse);
    Column current = col("encoder_digest").equalTo(digest);
    if (!all.where(current.unary_$bang()).isEmpty()) {
      warehouse.replaceWhere(Table.EMBEDDINGS, "encoder = " + quoted(name), all.where(current));
    }
  }

  /** What cannot be embedded, in place of what an earlier run said. */
  private void quarantine(Warehouse warehouse, List<Row> failures) {
    String ours = "job = " + quoted(JOB + name);
    boolean none = warehouse.read(Table.QUARANTINE).where(ours).isEmpty();
    if (failures.isEmpty() && none) {
      return;
    }
    StructType schema = StructType.fromDDL("source STRING, row BIGINT, reason STRING, raw STRING");
    warehouse.replaceWhere(
        Table.QUARANTINE,
        ours,
        warehouse
            .spark()
            .createDataFrame(failures, schema)
            .withColumn("job", lit(JOB + name))
            .withColumn("quarantined_at", current_timestamp()));
  }

  private Dataset<Row> ofThisEncoder(Warehouse warehouse) {
    return warehouse.read(Table.EMBEDDINGS).where(col("encoder").equalTo(name));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static String[] sampleId() {
    return new String[] {"sample_id"};
  }
}
