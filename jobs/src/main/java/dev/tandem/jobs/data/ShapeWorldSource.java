package dev.tandem.jobs.data;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Sample;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.geneval.GenEvalJson;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * ShapeWorld as rows of {@code samples}. Every row is a whole quadruple (image, prompt, question,
 * answer), so that either side can be trained on it; its prompt is never a held-out one.
 */
public final class ShapeWorldSource {
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "sample_id STRING, side STRING, image BINARY, image_format STRING, image_width INT,"
              + " image_height INT, image_sha256 STRING, prompt STRING, question STRING,"
              + " options ARRAY<STRING>, answer STRING, tag STRING, metadata STRING, extra STRING,"
              + " source STRING, provenance STRING");

  private final RandomKey key;

  /**
   * @param seed of the run; equal seeds give equal samples
   */
  public ShapeWorldSource(long seed) {
    this.key = RandomKey.of(seed).with("shapeworld samples");
  }

  /**
   * Makes samples in the shape of {@link Table#SAMPLES}.
   *
   * @param perSide rows of each side
   */
  public Dataset<Row> samples(SparkSession spark, int perSide) {
    List<Row> rows =
        IntStream.range(0, perSide)
            .boxed()
            .flatMap(
                index -> List.of(row("generation", index), row("understanding", index)).stream())
            .toList();
    return spark.createDataFrame(rows, SCHEMA);
  }

  private Row row(String side, int index) {
    Sample sample = draw(key.with(side).with(index));
    byte[] png = Renderer.render(sample.scene()).toPng();
    String source = "shapeworld/" + side + ":" + index;
    String tag =
        side.equals("generation")
            ? sample.task().tag().word()
            : sample.question().kind().name().toLowerCase(Locale.ROOT);
    return RowFactory.create(
        Identifiers.sampleId(source, key.toString()),
        side,
        png,
        "png",
        Scene.SIZE,
        Scene.SIZE,
        Identifiers.sha256(png),
        sample.task().prompt(),
        sample.question().text(),
        sample.question().options().toArray(new String[0]),
        sample.question().answer(),
        tag,
        GenEvalJson.write(sample.task().metadata()),
        "{}",
        source,
        "shapeworld");
  }

  private static Sample draw(RandomKey key) {
    int attempt = 0;
    Sample sample = Sample.draw(key.with(attempt));
    while (HeldOut.contains(sample.task().prompt())) {
      attempt++;
      sample = Sample.draw(key.with(attempt));
    }
    return sample;
  }
}
