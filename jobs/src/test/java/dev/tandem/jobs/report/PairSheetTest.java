package dev.tandem.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairSheetTest {
  private static final int PAIRS = 47; // every second one is on the sheet

  @TempDir private Path folder;

  @Test
  void showsTwentyFourPairsFromTheMostToTheLeastSimilar() throws Exception {
    RgbImage sheet = sheet(PAIRS);

    List<Integer> greens = new ArrayList<>();
    for (int cell = 0; cell < 24; cell++) {
      int left = PairSheet.left(cell);
      int top = PairSheet.top(cell);
      int middle = top + Canvas.CAPTION + Canvas.TILE / 2;
      assertThat(sheet.channel(left + Canvas.TILE / 2, middle, 0)).isEqualTo(200);
      assertThat(sheet.channel(left + 3 * Canvas.TILE / 2, middle, 2)).isEqualTo(100);
      greens.add(sheet.channel(left + Canvas.TILE / 2, middle, 1));
      // A heading and two notes: some hundred dark pixels each, where the machine has a font.
      assertThat(dark(sheet, left, top, 2 * Canvas.TILE, Canvas.CAPTION)).isGreaterThan(100);
      int notes = top + Canvas.CAPTION + Canvas.TILE;
      assertThat(dark(sheet, left, notes, Canvas.TILE, 40)).isGreaterThan(100);
      assertThat(dark(sheet, left + Canvas.TILE, notes, Canvas.TILE, 40)).isGreaterThan(100);
    }
    assertThat(greens).isSorted().startsWith(0, 2).endsWith(46);
    assertThat(sheet.width()).isGreaterThan(PairSheet.left(23) + 2 * Canvas.TILE);
    assertThat(sheet.height()).isGreaterThan(PairSheet.top(23) + Canvas.CAPTION + Canvas.TILE);
  }

  @Test
  void fewPairsMakeASmallSheet() throws Exception {
    assertThat(sheet(1).height()).isLessThan(2 * (Canvas.CAPTION + Canvas.TILE) + 100);
  }

  private static int dark(RgbImage sheet, int left, int top, int width, int height) {
    int dark = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        dark += sheet.channel(x, y, 0) < 100 && sheet.channel(x, y, 1) < 100 ? 1 : 0;
      }
    }
    return dark;
  }

  /** The sheet of so many pairs; the n-th most similar one has the green value n. */
  private RgbImage sheet(int count) throws Exception {
    Warehouse warehouse =
        Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
    List<Row> samples = new ArrayList<>();
    List<Row> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Row generation = sample("generation", i, 60, 40, "a photo of a green thing");
      Row understanding =
          sample("understanding", i, 40, 300, "What is it?\nA. A thing\nB. Another");
      samples.add(generation);
      samples.add(understanding);
      pairs.add(
          RowFactory.create(
              "pair" + i,
              "build",
              generation.getString(0),
              understanding.getString(0),
              "retrieved",
              1 - i / 100.0,
              1.0,
              0));
    }
    write(warehouse, Table.SAMPLES, samples);
    write(warehouse, Table.PAIRS, pairs);
    Path file = folder.resolve("sheet.png");
    PairSheet.write(warehouse, file);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).startsWith(0x89, 'P', 'N', 'G');
    return RgbImage.decode(bytes);
  }

  private static void write(Warehouse warehouse, Table table, List<Row> rows) {
    StructType schema = StructType.fromDDL(table.ddl());
    warehouse.append(table, TestSpark.session().createDataFrame(rows, schema));
  }

  private static Row sample(String side, int green, int width, int height, String text) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 200;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = 100;
    }
    byte[] image = new RgbImage(width, height, rgb).toPng();
    boolean asks = side.equals("understanding");
    return RowFactory.create(
        side + green,
        side,
        image,
        "png",
        width,
        height,
        Identifiers.sha256(image),
        null,
        asks ? null : text,
        asks ? text : null,
        null,
        asks ? "A" : null,
        null,
        "{}",
        "{}",
        side + ".jsonl:" + green,
        "imported");
  }
}
