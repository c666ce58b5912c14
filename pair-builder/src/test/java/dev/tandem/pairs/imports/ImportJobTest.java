package dev.tandem.pairs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.Golden;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportJobTest {
  private static final int MAX_PIXELS = 10_000;

  @TempDir static Path root;
  private static Warehouse warehouse;

  @TempDir Path data;

  @BeforeAll
  static void openWarehouse() {
    warehouse = Warehouse.open(TestSpark.session(), root.resolve("warehouse").toString());
  }

  @BeforeEach
  void writeImages() throws IOException {
    Files.createDirectory(data.resolve("images"));
    Files.write(data.resolve("images/a.png"), TestImages.encode("png", 20, 10));
    Files.write(data.resolve("images/b.jpg"), TestImages.encode("jpg", 16, 16));
  }

  @Test
  void linesBecomeSamplesOfTheirSide() throws Exception {
    write(
        "mixed.jsonl",
        """
        {"image_path": "images/a.png", "question": "Left?\\nA. yes\\nB. no", "answer": "A", "tag": "t"}

        {"prompt": "a photo of a cow", "tag": "single_object", "include": [{"class": "cow"}], "x": 1}
        {"prompt": "both", "image_path": "images/b.jpg", "question": "open?", "answer": "it is"}
        {"type": "relation", "short_description": "A frog.", "yn_question_list": ["q"]}\
        """);

    ImportResult result = run(0);

    assertThat(result.lines()).isEqualTo(4);
    assertThat(result.samplesBySide())
        .isEqualTo(Map.of(Side.UNDERSTANDING, 2L, Side.GENERATION, 2L));
    assertThat(result.bad()).isZero();
    Row question = sample("mixed.jsonl:1", "t");
    assertThat(question.<String>getAs("side")).isEqualTo("understanding");
    assertThat(question.<String>getAs("image_path")).isEqualTo("images/a.png");
    assertThat(question.<String>getAs("image_format")).isEqualTo("png");
    assertThat(question.<Integer>getAs("image_width")).isEqualTo(20);
    assertThat(question.<Integer>getAs("image_height")).isEqualTo(10);
    assertThat(question.<byte[]>getAs("image"))
        .isEqualTo(Files.readAllBytes(data.resolve("images/a.png")));
    assertThat(question.getList(question.fieldIndex("options"))).isEqualTo(List.of("yes", "no"));
    Row prompt = sample("mixed.jsonl:3", "single_object");
    assertThat(prompt.<String>getAs("side")).isEqualTo("generation");
    assertThat(prompt.<byte[]>getAs("image")).isNull();
    assertThat(prompt.<String>getAs("metadata")).isEqualTo("{\"include\":[{\"class\":\"cow\"}]}");
    assertThat(prompt.<String>getAs("extra")).isEqualTo("{\"x\":1}");
    assertThat(prompt.<String>getAs("provenance")).isEqualTo("imported");
    Row described = sample("mixed.jsonl:5", "relation");
    assertThat(described.<String>getAs("prompt")).isEqualTo("A frog.");
    assertThat(described.<String>getAs("extra")).contains("short_description");
  }

  @Test
  void everyKindOfBadLineIsQuarantinedWithItsReason() throws Exception {
    Files.write(data.resolve("images/cut.png"), cut(TestImages.encode("png", 20, 20)));
    Files.write(data.resolve("images/bomb.png"), TestImages.pngBomb(60_000, 60_000));
    Files.writeString(data.resolve("images/text.png"), "no image");
    Files.createSymbolicLink(data.resolve("images/link.png"), Path.of("/etc/hosts"));
    write(
        "bad.jsonl",
        """
        {"prompt": "cut off
        ["prompt"]
        {"prompt": 7}
        {"answer": "A"}
        {"question": "What?"}
        {"prompt": "p", "image_path": "../outside.png"}
        {"prompt": "p", "image_path": "/etc/hosts"}
        {"prompt": "p", "image_path": "images/link.png"}
        {"prompt": "p", "image_path": "images/none.png"}
        {"prompt": "p", "image_path": "images/cut.png"}
        {"prompt": "p", "image_path": "images/text.png"}
        {"prompt": "p", "image_path": "images/bomb.png"}
        {"prompt": "the good one's", "image_path": "images/a.png"}\
        """);

    ImportResult result = run(1);

    assertThat(result.samples()).isEqualTo(1);
    assertThat(result.badByReason())
        .isEqualTo(
            Map.of(
                Reason.MALFORMED_JSON, 2L,
                Reason.WRONG_TYPE, 1L,
                Reason.NO_TASK, 1L,
                Reason.NO_IMAGE_PATH, 1L,
                Reason.PATH_OUTSIDE, 3L,
                Reason.MISSING_IMAGE, 1L,
                Reason.CORRUPT_IMAGE, 2L,
                Reason.TOO_MANY_PIXELS, 1L));
    List<Row> rows = quarantine("bad.jsonl").orderBy("row").collectAsList();
    assertThat(rows).hasSize(12);
    assertThat(rows.get(2).<Long>getAs("row")).isEqualTo(3);
    assertThat(rows.get(2).<String>getAs("job")).isEqualTo("import");
    assertThat(rows.get(2).<String>getAs("reason"))
        .isEqualTo("wrong_type: prompt is a number, expected a text");
    assertThat(rows.get(2).<String>getAs("raw")).isEqualTo("{\"prompt\": 7}");
    assertThat(rows.get(11).<String>getAs("reason"))
        .isEqualTo("too_many_pixels: 60000 x 60000 = 3600000000 pixels, at most 10000");
  }

  @Test
  void tooManyBadLinesStopTheImportAfterTheQuarantineIsWritten() throws Exception {
    write(
        "half.jsonl",
        "{\"prompt\": \"only here\"}\nx\ny\n{\"prompt\": \"p\", \"image_path\": \"no\"}");

    assertThatThrownBy(() -> run(0.74))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("3 of 4 lines (75.0 %) cannot be used, the limit is 74.0 %")
        .hasMessageContaining("Commonest reasons: malformed_json 2, missing_image 1")
        .hasMessageContaining("raise data.max_bad_share");
    assertThat(quarantine("half.jsonl").count()).isEqualTo(3);
    assertThat(warehouse.read(Table.SAMPLES).where("prompt = 'only here'").count()).isZero();

    assertThat(run(0.75).added()).isEqualTo(1);
    assertThat(quarantine("half.jsonl").count()).isEqualTo(3);
  }

  @Test
  void aSecondImportAddsOnlyWhatIsNew() throws Exception {
    write("grow.jsonl", "{\"prompt\": \"first\"}\n{\"prompt\": \"second\"}\nbad");
    assertThat(run(1).added()).isEqualTo(2);
    assertThat(run(1).added()).isZero();

    write(
        "grow.jsonl",
        "{\"prompt\": \"new\"}\n{\"prompt\":  \"first\"}\n{\"prompt\": \"second\"}\n");
    ImportResult result = run(1);

    assertThat(result.samples()).isEqualTo(3);
    assertThat(result.added()).isEqualTo(1);
    assertThat(samplesFrom("grow.jsonl").count()).isEqualTo(3);
    assertThat(quarantine("grow.jsonl").count()).isZero();
  }

  @Test
  void repeatedLinesAreOneSampleAndCounted() throws Exception {
    write("twice.jsonl", "{\"prompt\": \"twin\"}\n{\"prompt\": \"twin\"}\n{\"prompt\": \"other\"}");
    write("twice2.jsonl", "{\"prompt\": \"twin\"}");
    ImportResult result = run(0);
    assertThat(result.duplicates()).isEqualTo(1);
    assertThat(result.added()).isEqualTo(3);
    assertThat(samplesFrom("twice.jsonl").select("source").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("twice.jsonl:1", "twice.jsonl:3");
  }

  @Test
  void aFolderWithoutLinesIsTheUsersError() throws Exception {
    assertThatThrownBy(() -> run(0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no file that ends in .jsonl (found images)");
    write("empty.jsonl", "\n\n");
    assertThatThrownBy(() -> run(0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("hold no line");
  }

  @Test
  void aMissingFolderIsTheUsersError() throws Exception {
    String missing = data.resolve("missing").toString();
    assertThatThrownBy(() -> run(missing, 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(missing)
        .hasMessageContaining("there is no such folder");
    Path file = Files.writeString(data.resolve("file.jsonl"), "{}");
    assertThatThrownBy(() -> run(file.toString(), 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("it is a file");
  }

  @Tag("golden")
  @Test
  void thePhotographsAreImportedWhole() throws Exception {
    Path folder = Golden.data("cifar-ug");
    ImportResult result = run(folder.toString(), 0);
    assertThat(result.samplesBySide())
        .isEqualTo(
            Map.of(
                Side.GENERATION, lines(folder.resolve("generation.jsonl")),
                Side.UNDERSTANDING, lines(folder.resolve("understanding.jsonl"))));
    Dataset<Row> rows = samplesFrom("understanding.jsonl");
    assertThat(rows.where("size(options) = 4").count()).isEqualTo(rows.count());
    assertThat(RgbImage.decode(rows.first().getAs("image")).width()).isEqualTo(32);
  }

  @Tag("golden")
  @Test
  void thePromptFilesAreImportedWhole() throws Exception {
    Path folder = Golden.data("prompts");
    long expected = 0;
    for (String file : List.of("geneval_test", "geneval_train", "tiif_train")) {
      expected += lines(folder.resolve(file + ".jsonl"));
    }
    ImportResult result = run(folder.toString(), 0);
    assertThat(result.samplesBySide()).isEqualTo(Map.of(Side.GENERATION, expected));
    assertThat(result.duplicates()).isZero();
  }

  private ImportResult run(double maxBadShare) {
    return run(data.toString(), maxBadShare);
  }

  private static ImportResult run(String folder, double maxBadShare) {
    return new ImportJob(warehouse, ImportConfig.of(folder, MAX_PIXELS, maxBadShare)).run();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(data.resolve(file), text);
  }

  private static Row sample(String source, String tag) {
    return warehouse
        .read(Table.SAMPLES)
        .where("source = '" + source + "' AND tag = '" + tag + "'")
        .first();
  }

  private static Dataset<Row> samplesFrom(String file) {
    return warehouse.read(Table.SAMPLES).where("source LIKE '" + file + ":%'");
  }

  private static Dataset<Row> quarantine(String file) {
    return warehouse.read(Table.QUARANTINE).where("source LIKE '%/" + file + "'");
  }

  private static byte[] cut(byte[] bytes) {
    return java.util.Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static long lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> !line.isBlank()).count();
    }
  }
}
