package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageEmbedderTest {
  @TempDir Path folder;

  @Test
  void appendsAVectorToEachRowInWhateverBatches() {
    RgbImage red = SyntheticSamples.flat(200, 0, 0);
    RgbImage blue = SyntheticSamples.flat(0, 0, 200);
    Dataset<Row> images =
        rows(RowFactory.create("r", red.toPng()), RowFactory.create("b", blue.toPng()));
    for (int batch : List.of(1, 2, 5)) {
      List<Row> embedded =
          new ImageEmbedder().setBatchSize(batch).transform(images).orderBy("id").collectAsList();
      assertThat(embedded.get(0).<byte[]>getAs("vector")).isEqualTo(vector(blue));
      assertThat(embedded.get(1).<byte[]>getAs("vector")).isEqualTo(vector(red));
    }
  }

  @Test
  void givesNullForWhatCannotBeDecoded() {
    Dataset<Row> images =
        rows(
            RowFactory.create("corrupt", new byte[] {1, 2, 3}),
            RowFactory.create("none", null),
            RowFactory.create("sound", SyntheticSamples.flat(9, 9, 9).toPng()));
    List<Row> embedded = new ImageEmbedder().transform(images).orderBy("id").collectAsList();
    assertThat(embedded).extracting(row -> row.isNullAt(2)).containsExactly(true, true, false);
    assertThat(embedded)
        .extracting(row -> row.getString(3))
        .containsExactly(
            "corrupt_image: 3 bytes in no known image format",
            "no_image: the sample has none",
            null);
  }

  @Test
  void survivesSavingAndLoading() throws Exception {
    String path = folder.resolve("embedder").toUri().toString();
    TestSpark.session();
    new ImageEmbedder().setInputCol("photo").setBatchSize(7).save(path);
    ImageEmbedder loaded = ImageEmbedder.load(path);
    assertThat(loaded.getOrDefault(loaded.inputCol())).isEqualTo("photo");
    assertThat((Integer) loaded.getOrDefault(loaded.batchSize())).isEqualTo(7);
    assertThat(loaded.params()).hasSize(6);
  }

  @Test
  void refusesAColumnThatHoldsNoImages() {
    assertThatThrownBy(() -> new ImageEmbedder().setInputCol("id").transform(rows()))
        .hasMessage("Cannot embed column id: found type string (must be binary)");
  }

  private static byte[] vector(RgbImage image) {
    return Vectors.toBytes(new ColorLayoutEncoder().encode(List.of(image))[0]);
  }

  private static Dataset<Row> rows(Row... rows) {
    return TestSpark.session()
        .createDataFrame(List.of(rows), StructType.fromDDL("id STRING, image BINARY"));
  }
}
