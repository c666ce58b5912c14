package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.pairs.ScreeningConfig.Duplicates;
import dev.tandem.pairs.ScreeningConfig.Overlap;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.jsonl.SampleLine;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.Golden;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScreeningTest {
  private static final int IMAGES = 12;

  @TempDir static Path folder;

  private static Warehouse warehouse;
  private static Dataset<Row> vectors;

  /**
   * Twelve noisy images, generation first and understanding after; the copies, with other bytes, of
   * number 0 (generation, twice) and number 7 (understanding, once; and of generation, once).
   */
  @BeforeAll
  static void fill() {
    warehouse = Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(row(i < 6 ? "generation" : "understanding", i, image(i, 0)));
    }
    rows.add(row("generation", 100, image(0, 1)));
    rows.add(row("generation", 101, image(0, 2)));
    rows.add(row("understanding", 102, image(7, 1)));
    rows.add(row("generation", 103, image(7, 2)));
    warehouse.append(Table.SAMPLES, SyntheticSamples.table(rows));
    EmbeddingStep step = EmbeddingStep.of(ColorLayoutEncoder.NAME);
    step.run(warehouse, PairProgress.SILENT);
    vectors = step.vectors(warehouse);
  }

  @Test
  void copiesAreCountedWithinAndAcrossSides() {
    Screening kept = screen(new ScreeningConfig(Duplicates.KEEP, 4, 0.99, null, Overlap.KEEP));
    assertThat(kept.counts())
        .isEqualTo(
            new PairSummary.Screening(null, new PairSummary.Duplicates(4, 4, 4, 2, 1, 1), 0));
    assertThat(kept.keep(vectors).count()).isEqualTo(IMAGES + 4);
  }

  @Test
  void allButTheFirstOfAGroupAreLeftOut() {
    for (ScreeningConfig config :
        List.of(
            new ScreeningConfig(Duplicates.REMOVE, 4, 2, null, Overlap.KEEP),
            new ScreeningConfig(Duplicates.REMOVE, -1, 0.99, null, Overlap.KEEP))) {
      Screening removed = screen(config);
      assertThat(removed.counts().removed()).isEqualTo(4);
      List<String> left =
          removed.keep(vectors).select("sample_id").collectAsList().stream()
              .map(row -> row.getString(0))
              .toList();
      String first =
          Stream.of(id("generation", 0), id("generation", 100), id("generation", 101))
              .min(String::compareTo)
              .orElseThrow();
      assertThat(left).hasSize(IMAGES).contains(first);
    }
  }

  @Test
  void promptsOfAnEvaluationAreFoundWhateverTheirForm() throws Exception {
    Path prompts = folder.resolve("prompts.jsonl");
    Files.writeString(
        prompts,
        """
        {"tag": "single_object", "prompt": "A Photo of number-3."}

        {"tag": "single_object", "prompt": "a photo of number 99"}
        """);
    Screening removed =
        screen(new ScreeningConfig(Duplicates.IGNORE, 4, 2, prompts.toString(), Overlap.REMOVE));
    assertThat(removed.excluded()).containsExactly(id("generation", 3));
    assertThat(removed.counts().evaluationPrompts()).isEqualTo(1);

    Files.writeString(prompts, "{\"tag\": \"x\"}");
    assertThatThrownBy(() -> EvaluationPrompts.read(prompts))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("prompts.jsonl, line 1: no key prompt");
  }

  @Test
  void promptsOfGenEvalAreFoundAndCanBeLeftOut() throws Exception {
    Path prompts = Golden.data("prompts/geneval_test.jsonl");
    List<String> asked = new ArrayList<>();
    for (String line : Files.readAllLines(prompts)) {
      asked.add(SampleLine.parse(line).prompt());
    }
    Warehouse other = Warehouse.open(TestSpark.session(), folder.resolve("geneval").toString());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String prompt =
          i % 2 == 0 ? asked.get(i * (asked.size() - 1) / 5) + "." : "unlike prompt number " + i;
      rows.add(SyntheticSamples.sample("generation", i, image(i, 0), prompt, null, null, "{}"));
    }
    other.append(Table.SAMPLES, SyntheticSamples.table(rows));
    EmbeddingStep step = EmbeddingStep.of(ColorLayoutEncoder.NAME);
    step.run(other, PairProgress.SILENT);
    for (Overlap overlap : Overlap.values()) {
      ScreeningConfig config =
          new ScreeningConfig(Duplicates.IGNORE, 4, 2, prompts.toString(), overlap);
      Screening found = Screening.run(other, config, step.vectors(other), PairProgress.SILENT);
      assertThat(found.counts().evaluationPrompts()).isEqualTo(3);
      assertThat(found.keep(step.vectors(other)).count())
          .isEqualTo(overlap == Overlap.REMOVE ? 3 : 6);
    }
  }

  private static Screening screen(ScreeningConfig config) {
    return Screening.run(warehouse, config, vectors, PairProgress.SILENT);
  }

  private static Row row(String side, int number, byte[] image) {
    boolean generation = side.equals("generation");
    return SyntheticSamples.sample(
        side,
        number,
        image,
        generation ? "a photo of number " + number : null,
        generation ? null : "What?",
        generation ? null : "A",
        "{}");
  }

  private static String id(String side, int number) {
    return Identifiers.sampleId(side, Integer.toString(number));
  }

  /** Blocks of random colours; the copy has every value a little changed. */
  private static byte[] image(int number, int copy) {
    Random colours = new Random(number);
    byte[] rgb = new byte[24 * 24 * 3];
    int[] blocks = colours.ints(6 * 6 * 3, 10, 240).toArray();
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % 24;
      int y = i / 3 / 24;
      rgb[i] = (byte) (blocks[(y / 4 * 6 + x / 4) * 3 + i % 3] + copy);
    }
    return new RgbImage(24, 24, rgb).toPng();
  }
}
