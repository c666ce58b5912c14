package dev.tandem.pairs;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.jsonl.PairLine;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairBuildTest {
  private static final int GENERATION = 40;
  private static final int UNDERSTANDING = 30;
  private static final PairConfig CONFIG = PairConfig.defaults(11);

  private static Warehouse warehouse;

  @TempDir Path folder;

  @BeforeAll
  static void openWarehouse(@TempDir Path root) {
    warehouse = Warehouse.open(TestSpark.session(), root.toString());
  }

  @Test
  void buildsPairsFromSamplesAndExportsThem() throws Exception {
    fill(SyntheticSamples.generation(GENERATION), someWithoutImage());
    PairSummary summary = build(CONFIG);

    assertThat(summary.completion()).isEqualTo(new PairSummary.Completion(GENERATION, 0));
    assertThat(summary.embedding())
        .isEqualTo(
            new PairSummary.Embedding(ColorLayoutEncoder.NAME, GENERATION + UNDERSTANDING, 0, 1));
    Row refused = warehouse.read(Table.QUARANTINE).where("job = 'embed/color_layout'").first();
    assertThat(refused.<String>getAs("source")).isEqualTo("understanding.jsonl");
    assertThat(refused.<Long>getAs("row")).isEqualTo(902);
    assertThat(refused.<String>getAs("reason"))
        .isEqualTo("corrupt_image: 3 bytes in no known image format");
    PairSummary.Pairing pairing = summary.pairing();
    assertThat(pairing.generation()).isEqualTo(GENERATION);
    assertThat(pairing.understanding()).isEqualTo(UNDERSTANDING);
    assertThat(pairing.clusters()).isEqualTo(4); // a twentieth of 70, rounded up
    assertThat(pairing.aligned() + pairing.incompleteMedoids() + pairing.emptyClusters())
        .isEqualTo(4);
    assertThat(pairing.retrieved()).isPositive();
    assertPairsHold(summary);
    assertExportHolds(summary);
  }

  private void assertPairsHold(PairSummary summary) {
    List<Row> pairs = warehouse.read(Table.PAIRS).collectAsList();
    assertThat(pairs).hasSize(summary.pairs());
    List<String> used = new ArrayList<>();
    for (Row pair : pairs) {
      String generation = pair.getAs("generation_sample_id");
      String understanding = pair.getAs("understanding_sample_id");
      double similarity = pair.getAs("similarity");
      double weight = pair.getAs("weight");
      used.add(generation);
      assertThat(pair.<String>getAs("build_id")).isEqualTo(summary.buildId());
      if (pair.getAs("pair_type").equals("aligned")) {
        assertThat(understanding).isEqualTo(generation);
        assertThat(similarity).isEqualTo(1);
        assertThat(weight).isEqualTo(1);
      } else {
        used.add(understanding);
        assertThat(similarity).isBetween(CONFIG.threshold(), 1.0);
        assertThat(weight).isEqualTo(Math.sqrt(similarity));
      }
    }
    assertThat(used).doesNotHaveDuplicates();
  }

  private void assertExportHolds(PairSummary summary) throws Exception {
    Path out = folder.resolve("out");
    PairExport.Summary exported = PairExport.write(warehouse, out);
    List<String> lines = Files.readAllLines(out.resolve("pairs.jsonl"));
    assertThat(exported.pairs()).isEqualTo(summary.pairs()).isEqualTo(lines.size());
    List<String> used = new ArrayList<>();
    for (String line : lines) {
      PairLine pair = PairLine.parse(line);
      used.add(pair.generateAnn().imagePath());
      if (!pair.understandAnn().imagePath().equals(pair.generateAnn().imagePath())) {
        used.add(pair.understandAnn().imagePath());
      }
      assertThat(pair.generateAnn().prompt()).startsWith("a photo of");
      assertThat(pair.generateAnn().question()).startsWith("What is shown");
      assertThat(pair.generateAnn().unknown()).containsKey("number");
      assertThat(pair.understandAnn().answer()).isNotNull();
    }
    assertThat(used).doesNotHaveDuplicates().hasSize((int) exported.images());
    assertThat(used).allSatisfy(path -> assertThat(out.resolve(path)).isRegularFile());
    try (Stream<Path> files = Files.list(out.resolve("images"))) {
      assertThat(files).hasSameSizeAs(used);
    }
  }

  @Test
  void aSecondRunWritesNothingNew() {
    fill(SyntheticSamples.generation(12));
    PairSummary first = build(CONFIG);
    long samples = warehouse.version(Table.SAMPLES);
    long embeddings = warehouse.version(Table.EMBEDDINGS);
    long pairs = warehouse.version(Table.PAIRS);
    PairSummary second = build(CONFIG);
    assertThat(second.buildId()).isEqualTo(first.buildId());
    assertThat(second.pairing()).isEqualTo(first.pairing());
    assertThat(second.completion().completed()).isZero();
    assertThat(second.embedding().embedded()).isZero();
    assertThat(second.embedding().reused()).isEqualTo(12 + UNDERSTANDING);
    assertThat(warehouse.version(Table.SAMPLES)).isEqualTo(samples);
    assertThat(warehouse.version(Table.EMBEDDINGS)).isEqualTo(embeddings);
    assertThat(warehouse.version(Table.PAIRS)).isEqualTo(pairs);
  }

  @Test
  void anotherConfigurationReplacesThePairs() {
    fill(SyntheticSamples.generation(12));
    PairSummary first = build(CONFIG);
    PairConfig strict =
        new PairConfig(
            2,
            CONFIG.kmeans(),
            CONFIG.retrieval(),
            0.9,
            3,
            1,
            new Matching.Ordered(),
            CONFIG.driverEdges(),
            PairWeight.LINEAR,
            CONFIG.encoder(),
            5);
    PairSummary second = build(strict);
    assertThat(second.buildId()).isNotEqualTo(first.buildId());
    List<Row> builds = warehouse.read(Table.PAIRS).select("build_id").distinct().collectAsList();
    assertThat(builds).extracting(row -> row.getString(0)).containsExactly(second.buildId());
  }

  @Test
  void rowsInAnotherOrderAndSpreadGiveTheSamePairs() {
    List<Row> samples = new ArrayList<>(SyntheticSamples.generation(25));
    samples.addAll(SyntheticSamples.understanding(UNDERSTANDING));
    replaceSamples(SyntheticSamples.table(samples).coalesce(1));
    PairSummary first = build(CONFIG);
    List<Row> pairs = pairs();
    java.util.Collections.shuffle(samples, new java.util.Random(3));
    replaceSamples(SyntheticSamples.table(samples).repartition(5));
    assertThat(build(CONFIG)).isEqualTo(first);
    assertThat(pairs()).isEqualTo(pairs);
  }

  @Test
  void theNumberOfPartitionsChangesNothing() {
    fill(SyntheticSamples.generation(25));
    build(CONFIG);
    Dataset<Row> vectors = EmbeddingStep.of(CONFIG.encoder()).vectors(warehouse);
    Population population = Population.read(warehouse, vectors);
    List<Pairing> pairings = new ArrayList<>();
    for (int partitions : List.of(1, 3, 16)) {
      try (EmbeddedImages images =
          EmbeddedImages.read(warehouse, vectors, population, partitions)) {
        pairings.add(Pairing.of(images, population, CONFIG, PairProgress.SILENT));
      }
    }
    assertThat(pairings).extracting(Pairing::counts).containsOnly(pairings.get(0).counts());
    assertThat(pairings).extracting(Pairing::aligned).containsOnly(pairings.get(0).aligned());
    assertThat(pairings).extracting(Pairing::retrieved).containsOnly(pairings.get(0).retrieved());
  }

  @Test
  void lookingThroughAllClustersFindsWhatAnExactSearchFinds() {
    fill(SyntheticSamples.generation(25));
    build(CONFIG);
    List<Row> exact =
        warehouse.read(Table.PAIRS).drop("build_id").orderBy("pair_id").collectAsList();
    RetrievalConfig ivf = new RetrievalConfig(RetrievalConfig.Mode.IVF, 1000, 7, 0);
    PairSummary.Pairing pairing = build(config(CONFIG.kmeans(), ivf)).pairing();
    assertThat(warehouse.read(Table.PAIRS).drop("build_id").orderBy("pair_id").collectAsList())
        .isEqualTo(exact);
    assertThat(pairing.auditedQueries()).isEqualTo(7);
    assertThat(pairing.auditedEdges()).isPositive().isEqualTo(pairing.auditedFound());
    assertThat(pairing.fellBack()).isFalse();
  }

  @Test
  void autoComparesAllImagesWhereTheNearestClustersHoldTooFewEdges() {
    fill(SyntheticSamples.generation(25));
    build(CONFIG);
    List<Row> exact =
        warehouse.read(Table.PAIRS).drop("build_id").orderBy("pair_id").collectAsList();

    RetrievalConfig nearest = new RetrievalConfig(RetrievalConfig.Mode.IVF, 1, 7, 0);
    assertThat(build(config(CONFIG.kmeans(), nearest)).pairing().recall()).isLessThan(0.999);
    RetrievalConfig auto = new RetrievalConfig(RetrievalConfig.Mode.AUTO, 1, 7, 0);
    PairSummary.Pairing pairing = build(config(CONFIG.kmeans(), auto)).pairing();
    assertThat(warehouse.read(Table.PAIRS).drop("build_id").orderBy("pair_id").collectAsList())
        .isEqualTo(exact);
    assertThat(pairing.auditedQueries()).isEqualTo(7);
    assertThat(pairing.recall()).isLessThan(0.999);
    assertThat(pairing.fellBack()).isTrue();
    Map<String, Long> written = new HashMap<>();
    warehouse
        .read(Table.PAIR_STATISTICS)
        .where("measure = 'count'")
        .collectAsList()
        .forEach(row -> written.put(row.getAs("item"), row.getAs("value")));
    assertThat(written)
        .containsEntry("all_images_compared_after_audit", 1L)
        .containsEntry("audited_recall_millionths", Math.round(1e6 * pairing.recall()));
  }

  @Test
  void mllibIsAnEngineToo() {
    fill(SyntheticSamples.generation(25));
    KMeansConfig mllib =
        new KMeansConfig(
            KMeansConfig.Engine.MLLIB,
            KMeansConfig.Algorithm.LLOYD,
            KMeansConfig.Init.PARALLEL,
            5,
            0,
            100);
    PairSummary.Pairing pairing = build(config(mllib, CONFIG.retrieval())).pairing();
    // Which images are medoids, and so whether they have a prompt and a question, is MLlib's
    // choice.
    assertThat(pairing.aligned() + pairing.incompleteMedoids() + pairing.emptyClusters())
        .isEqualTo(pairing.clusters());
    assertThat(pairing.retrieved()).isPositive();
  }

  private static PairConfig config(KMeansConfig kmeans, RetrievalConfig retrieval) {
    return new PairConfig(
        CONFIG.clusters(),
        kmeans,
        retrieval,
        CONFIG.threshold(),
        CONFIG.candidates(),
        CONFIG.perGeneration(),
        CONFIG.matching(),
        CONFIG.driverEdges(),
        CONFIG.weight(),
        CONFIG.encoder(),
        CONFIG.seed());
  }

  @Test
  void saysWhyThereAreNoPairs() {
    replaceSamples(SyntheticSamples.table(List.of()));
    assertThatThrownBy(() -> build(CONFIG))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no sample has an image that can be read (0 undecodable)");
    warehouse.append(Table.SAMPLES, SyntheticSamples.table(SyntheticSamples.understanding(5)));
    assertThatThrownBy(() -> build(CONFIG))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("of 0 generation and 5 understanding images")
        .hasMessageContaining("0.5 or more (pairs.threshold)");
  }

  @Test
  void exportsOnlyToAFolderOfItsOwn() throws Exception {
    fill(SyntheticSamples.generation(12));
    build(CONFIG);
    Path own = folder.resolve("own");
    PairExport.write(warehouse, own);
    Path stale = own.resolve("images/stale.png");
    Files.writeString(stale, "left by an earlier export");
    List<String> before = Files.readAllLines(own.resolve("pairs.jsonl"));
    PairExport.write(warehouse, own);
    assertThat(stale).doesNotExist();
    assertThat(Files.readAllLines(own.resolve("pairs.jsonl"))).isEqualTo(before);

    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("holiday.jpg"), "mine");
    assertThatThrownBy(() -> PairExport.write(warehouse, foreign))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("it holds holiday.jpg");
    assertThatThrownBy(() -> PairExport.write(warehouse, foreign.resolve("holiday.jpg")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("it is a file");
  }

  @Test
  void onlyNewImagesAreEmbedded() {
    fill(SyntheticSamples.generation(12));
    build(CONFIG);
    List<Row> more = SyntheticSamples.generation(22);
    warehouse.append(Table.SAMPLES, SyntheticSamples.table(more.subList(12, 22)));
    assertThat(build(CONFIG).embedding())
        .isEqualTo(new PairSummary.Embedding(ColorLayoutEncoder.NAME, 10, 12 + UNDERSTANDING, 0));
  }

  @Test
  void vectorsOfAnotherDigestAreReplaced() {
    fill(SyntheticSamples.generation(12));
    build(CONFIG);
    warehouse.replaceWhere(
        Table.EMBEDDINGS,
        "true",
        warehouse.read(Table.EMBEDDINGS).withColumn("encoder_digest", lit("older")));
    assertThat(build(CONFIG).embedding().embedded()).isEqualTo(12 + UNDERSTANDING);
    assertThat(warehouse.read(Table.EMBEDDINGS).count()).isEqualTo(12 + UNDERSTANDING);
  }

  private static PairSummary build(PairConfig config) {
    return PairBuild.run(warehouse, config, PairProgress.SILENT);
  }

  private static void fill(List<Row> generation, Row... more) {
    List<Row> rows = new ArrayList<>(generation);
    rows.addAll(SyntheticSamples.understanding(UNDERSTANDING));
    rows.addAll(List.of(more));
    replaceSamples(SyntheticSamples.table(rows).coalesce(1));
  }

  /** Empties the tables, so that tests may share the warehouse, which is slow to create. */
  private static void replaceSamples(Dataset<Row> samples) {
    for (Table table : List.of(Table.EMBEDDINGS, Table.PAIRS)) {
      warehouse.replaceWhere(table, "true", warehouse.read(table).limit(0));
    }
    warehouse.replaceWhere(Table.SAMPLES, "true", samples);
  }

  /** A prompt without an image, which takes no part, and an image that cannot be decoded. */
  private static Row[] someWithoutImage() {
    return new Row[] {
      SyntheticSamples.sample("generation", 900, null, "a photo of a lime", null, null, "{}"),
      SyntheticSamples.sample("understanding", 901, new byte[] {1, 2, 3}, null, "What?", "A", "{}")
    };
  }

  private static List<Row> pairs() {
    return warehouse.read(Table.PAIRS).orderBy("pair_id").collectAsList();
  }
}
