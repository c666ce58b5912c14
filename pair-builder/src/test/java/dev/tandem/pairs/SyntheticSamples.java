package dev.tandem.pairs;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.testing.TestSpark;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Samples of coloured images for tests: every class has its own colours and many images. */
final class SyntheticSamples {
  static final List<String> CLASSES = List.of("apple", "banana", "lime", "plum", "orange");
  private static final int[] COLORS = {0xC01010, 0xE0E020, 0x20D020, 0x602080, 0xF08010};
  private static final int SIDE = 24;

  private SyntheticSamples() {}

  /** Generation samples, each with an image, a prompt and metadata. */
  static List<Row> generation(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = CLASSES.get(i % CLASSES.size());
      rows.add(
          sample(
              "generation",
              i,
              image("g", i),
              "a photo of a " + name,
              null,
              null,
              "{\"include\": [{\"class\": \"" + name + "\", \"count\": 1}]}"));
    }
    return rows;
  }

  /** Understanding samples, each with an image, a question and an answer. */
  static List<Row> understanding(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String question = "What is shown in the image?\nA. " + CLASSES.get(i % CLASSES.size());
      rows.add(sample("understanding", i, image("u", i), null, question, "A", "{}"));
    }
    return rows;
  }

  static Dataset<Row> table(List<Row> rows) {
    return TestSpark.session().createDataFrame(rows, StructType.fromDDL(Table.SAMPLES.ddl()));
  }

  static Row sample(
      String side,
      int number,
      byte[] image,
      String prompt,
      String question,
      String answer,
      String metadata) {
    return RowFactory.create(
        Identifiers.sampleId(side, Integer.toString(number)),
        side,
        image,
        image == null ? null : "png",
        image == null ? null : SIDE,
        image == null ? null : SIDE,
        image == null ? null : Identifiers.sha256(image),
        image == null ? null : "images/" + number + ".png",
        prompt,
        question,
        null,
        answer,
        "synthetic",
        metadata,
        "{\"number\": " + number + "}",
        side + ".jsonl:" + (number + 1),
        "imported");
  }

  static RgbImage flat(int red, int green, int blue) {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return new RgbImage(SIDE, SIDE, rgb);
  }

  /** A rectangle in the colour of the class, its place and the background drawn by the key. */
  private static byte[] image(String side, int number) {
    CounterRandom random = RandomKey.of(1).with(side).with(number).random();
    int color = COLORS[number % COLORS.length];
    int left = random.nextInt(SIDE / 2);
    int top = random.nextInt(SIDE / 2);
    byte[] rgb = flat(light(random), light(random), light(random)).rgb();
    for (int y = top; y < top + SIDE / 2; y++) {
      for (int x = left; x < left + SIDE / 2; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[(y * SIDE + x) * 3 + c] = (byte) (color >> (16 - 8 * c));
        }
      }
    }
    return new RgbImage(SIDE, SIDE, rgb).toPng();
  }

  private static int light(CounterRandom random) {
    return 150 + random.nextInt(100);
  }
}
