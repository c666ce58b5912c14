package dev.tandem.pairs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.ImageEncoders;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Embeds the images that have no vector of this encoder yet, in the table {@code embeddings}.
 * Vectors of an encoder of the same name but another digest are replaced.
 *
 * @param encoder {@code color_layout} or the path of an {@code .onnx} file
 * @param name the encoder's name in the table
 * @param digest the encoder's digest in the table
 * @param dimension the number of values in a vector
 */
record EmbeddingStep(String encoder, String name, String digest, int dimension) {

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

  PairSummary.Embedding run(Warehouse warehouse) {
    long missing = missing(warehouse).count();
    long reused = images(warehouse).count() - missing;
    if (missing == 0) {
      return new PairSummary.Embedding(name, 0, reused, 0);
    }
    write(warehouse, embed(warehouse));
    long undecodable = missing(warehouse).count();
    return new PairSummary.Embedding(name, missing - undecodable, reused, undecodable);
  }

  private Dataset<Row> images(Warehouse warehouse) {
    return warehouse
        .read(Table.SAMPLES)
        .where(col("image").isNotNull())
        .select("sample_id", "image");
  }

  private Dataset<Row> missing(Warehouse warehouse) {
    Dataset<Row> vectors = vectors(warehouse);
    return images(warehouse).join(vectors.select("sample_id"), sampleId(), "left_anti");
  }

  private Dataset<Row> embed(Warehouse warehouse) {
    ImageEmbedder embedder =
        new ImageEmbedder().setEngine(ImageEncoders.engineOf(encoder)).setModelUrl(encoder);
    int tasks = warehouse.spark().sparkContext().defaultParallelism();
    return embedder
        .transform(missing(warehouse).repartition(tasks))
        .where(col("vector").isNotNull())
        .select(
            col("sample_id"),
            lit(name).as("encoder"),
            lit(digest).as("encoder_digest"),
            lit(dimension).as("dimension"),
            col("vector"));
  }

  private void write(Warehouse warehouse, Dataset<Row> embedded) {
    Dataset<Row> all = ofThisEncoder(warehouse);
    Column current = col("encoder_digest").equalTo(digest);
    if (all.where(current.unary_$bang()).isEmpty()) {
      warehouse.append(Table.EMBEDDINGS, embedded);
    } else {
      String predicate = "encoder = '%s'".formatted(name.replace("\\", "\\\\").replace("'", "\\'"));
      Dataset<Row> kept = all.where(current).select(columns(embedded));
      warehouse.replaceWhere(Table.EMBEDDINGS, predicate, embedded.union(kept));
    }
  }

  private Dataset<Row> ofThisEncoder(Warehouse warehouse) {
    return warehouse.read(Table.EMBEDDINGS).where(col("encoder").equalTo(name));
  }

  private static Column[] columns(Dataset<Row> rows) {
    Column[] columns = new Column[rows.columns().length];
    java.util.Arrays.setAll(columns, i -> col(rows.columns()[i]));
    return columns;
  }

  private static String[] sampleId() {
    return new String[] {"sample_id"};
  }
}
