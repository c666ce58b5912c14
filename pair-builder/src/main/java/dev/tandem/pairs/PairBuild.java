package dev.tandem.pairs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.pairs.completion.CompletionConfig;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Builds pairs (PairUni, Algorithm 1): completion, embeddings, aligned pairs from k-means medoids,
 * retrieved pairs from a matching. Reads {@code samples}; writes the completed halves back to it,
 * {@code embeddings}, {@code pairs} and {@code pair_statistics}. The same samples and configuration
 * give the same pairs under the same {@code build_id}, whatever the cluster; a repeated run writes
 * no new pair.
 *
 * <p>The table {@code pairs} holds the newest build only; older ones are older versions of the
 * table, which {@code runs.input_versions} names.
 */
public final class PairBuild {
  /** Places of columns in rows of the table {@code pairs}. */
  static final int GENERATION = 2;

  static final int UNDERSTANDING = 3;
  static final int TYPE = 4;
  static final int SIMILARITY = 5;

  private static final int ID_DIGITS = 20;

  private PairBuild() {}

  /**
   * Builds the pairs of everything in {@code samples} that has an image, completed by rule alone
   * and not screened.
   *
   * @throws UserError if there are no pairs to build
   */
  public static PairSummary run(Warehouse warehouse, PairConfig config, PairProgress progress) {
    return run(warehouse, config, Optional.empty(), ScreeningConfig.OFF, progress);
  }

  /**
   * Builds the pairs of everything in {@code samples} that has an image and is not screened out.
   *
   * @param model the model that completes what the rule leaves; empty for none
   * @throws UserError if there are no pairs to build, or if the model fails too often
   */
  public static PairSummary run(
      Warehouse warehouse,
      PairConfig config,
      Optional<CompletionConfig> model,
      ScreeningConfig screening,
      PairProgress progress) {
    EmbeddingStep embedding = EmbeddingStep.of(config.encoder());
    progress.doing("completing samples");
    PairSummary.Completion completion = CompletionStep.run(warehouse, model, progress);
    PairSummary.Embedding embedded = embedding.run(warehouse, progress);
    Dataset<Row> all = embedding.vectors(warehouse);
    Screening screened = Screening.run(warehouse, screening, all, progress);
    Dataset<Row> vectors = screened.keep(all);
    progress.doing("reading samples");
    Population population = Population.read(warehouse, vectors);
    requireImages(population, embedded, screened);
    String buildId = buildId(config, embedding, population);
    int partitions = warehouse.spark().sparkContext().defaultParallelism();
    try (EmbeddedImages images = EmbeddedImages.read(warehouse, vectors, population, partitions)) {
      Pairing pairing = Pairing.of(images, population, config, progress);
      PairSummary summary =
          new PairSummary(buildId, completion, embedded, screened.counts(), pairing.counts());
      requirePairs(summary, config);
      progress.doing("writing pairs");
      List<Row> pairs = rows(pairing, population, config, buildId);
      write(warehouse, buildId, pairs);
      PairStatistics.write(
          warehouse,
          summary,
          pairs,
          IntStream.range(0, population.size()).map(i -> pairing.clusters().cluster(i)));
      return summary;
    }
  }

  private static void requireImages(
      Population population, PairSummary.Embedding embedded, Screening screened) {
    long removed = screened.counts().removed();
    if (population.size() == 0) {
      throw new UserError(
          "No pairs: no sample has an image that can be read (%d undecodable)%s; import a data set with images first"
              .formatted(
                  embedded.undecodable(),
                  removed == 0 ? "" : " and is not screened out (%d are)".formatted(removed)));
    }
  }

  private static void requirePairs(PairSummary summary, PairConfig config) {
    if (summary.pairs() == 0) {
      PairSummary.Pairing found = summary.pairing();
      throw new UserError(
          "No pairs: of %d generation and %d understanding images no two are similar by %s or more (pairs.threshold), and none of %d clusters has a medoid with both a prompt and a question; lower the threshold, or bring samples of both sides"
              .formatted(
                  found.generation(), found.understanding(), config.threshold(), found.clusters()));
    }
  }

  /** Depends on all that decides the pairs, and on no path or version of this machine. */
  static String buildId(PairConfig config, EmbeddingStep encoder, Population population) {
    StringBuilder identity = new StringBuilder();
    identity.append(config.clusters()).append('\n');
    identity.append(config.kmeans()).append('\n');
    identity.append(config.retrieval()).append('\n');
    identity.append(config.threshold()).append('\n');
    identity.append(config.candidates()).append('\n');
    identity.append(config.perGeneration()).append('\n');
    identity.append(config.matching().label()).append('\n');
    identity.append(config.weight().label()).append('\n');
    identity.append(config.seed()).append('\n');
    identity.append(encoder.digest()).append('\n');
    String digest = sha256(identity.toString());
    for (Member member : population.members()) {
      digest = sha256(digest + member); // all of them in one text may be more than a text can hold
    }
    return digest.substring(0, ID_DIGITS);
  }

  private static String sha256(String text) {
    return Identifiers.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Row> rows(
      Pairing pairing, Population population, PairConfig config, String buildId) {
    List<Row> rows = new ArrayList<>();
    for (int medoid : pairing.aligned()) {
      rows.add(
          row(new Edge(medoid, medoid, 1), PairType.ALIGNED, pairing, population, config, buildId));
    }
    for (Edge edge : pairing.retrieved()) {
      rows.add(row(edge, PairType.RETRIEVED, pairing, population, config, buildId));
    }
    return rows;
  }

  private static Row row(
      Edge edge,
      PairType type,
      Pairing pairing,
      Population population,
      PairConfig config,
      String buildId) {
    String generation = population.member(edge.generation()).sampleId();
    String understanding = population.member(edge.understanding()).sampleId();
    return RowFactory.create(
        Identifiers.pairId(generation, understanding),
        buildId,
        generation,
        understanding,
        type.label(),
        edge.similarity(),
        config.weight().of(type, edge.similarity()),
        pairing.clusters().cluster(edge.generation()));
  }

  private static void write(Warehouse warehouse, String buildId, List<Row> rows) {
    Row present =
        warehouse
            .read(Table.PAIRS)
            .agg(count(lit(1)), count_if(col("build_id").equalTo(buildId)))
            .head();
    boolean written = present.getLong(0) == rows.size() && present.getLong(1) == rows.size();
    if (!written) {
      StructType schema = StructType.fromDDL(Table.PAIRS.ddl());
      Dataset<Row> pairs = warehouse.spark().createDataFrame(rows, schema).coalesce(1);
      warehouse.replaceWhere(Table.PAIRS, "true", pairs);
    }
  }
}
