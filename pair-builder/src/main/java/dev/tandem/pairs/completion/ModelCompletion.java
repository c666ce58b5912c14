package dev.tandem.pairs.completion;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.frozen.chat.replies.ReplyStore;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import io.delta.tables.DeltaTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Completes samples with an image by a vision-language model, in the table {@code samples}: a
 * caption for an understanding sample without a prompt, a question for a generation sample without
 * one. A new half is written by one call and checked by another against the given half and the
 * image; what is rejected is written again, with the objections, up to the configured rounds.
 *
 * <p>A half that every round contradicted goes to {@code quarantine}; the sample keeps the half
 * that the data gave it. A sample whose questions failed stays as it is; what failed is in {@code
 * model_replies}.
 */
public final class ModelCompletion {
  private static final String JOB = "completion";
  private static final StructType COMPLETED =
      StructType.fromDDL(
          "sample_id STRING, prompt STRING, question STRING, options ARRAY<STRING>, answer STRING");

  private static final String GENERATION =
      "side = 'generation' AND question IS NULL AND prompt IS NOT NULL";
  private static final String UNDERSTANDING =
      "side = 'understanding' AND prompt IS NULL AND question IS NOT NULL AND answer IS NOT NULL";

  private final Warehouse warehouse;
  private final CompletionConfig config;
  private final CompletionProgress progress;

  public ModelCompletion(
      Warehouse warehouse, CompletionConfig config, CompletionProgress progress) {
    this.warehouse = warehouse;
    this.config = config;
    this.progress = progress;
  }

  /**
   * What a completion came to.
   *
   * @param completed samples that were given their other half
   * @param contradicted samples whose new half was rejected in every round
   * @param failed samples for which the model gave nothing to use
   */
  public record Counts(long completed, long contradicted, long failed) {
    long all() {
      return completed + contradicted + failed;
    }
  }

  /**
   * Completes what lacks a half.
   *
   * @throws UserError if the share of failures is above the limit; what succeeded is kept
   */
  public Counts run() {
    Dataset<Row> samples = warehouse.read(Table.SAMPLES).where("image_format IS NOT NULL");
    Dataset<Row> images =
        samples
            .select(col("sample_id").as("image_key"), col("image"), col("image_format"))
            .dropDuplicates("image_key");
    ReplyStore replies =
        new ReplyStore(warehouse, config.endpoint(), config.batch(), config.maxFailedShare());
    try (CompletionRounds rounds =
        new CompletionRounds(replies, images, config.rounds(), progress)) {
      Dataset<Row> ended = rounds.run(lacking(samples));
      Dataset<Row> contradicted = ended.where("outcome = 'OPEN' AND contradicted");
      Dataset<Row> done = ended.where("outcome = 'DONE'");
      long failed =
          ended.where("outcome = 'FAILED' OR (outcome = 'OPEN' AND NOT contradicted)").count();
      Counts counts = new Counts(done.count(), contradicted.count(), failed);
      quarantine(contradicted);
      if (counts.completed() > 0) {
        merge(done);
      }
      requireFew(counts);
      return counts;
    }
  }

  private static Dataset<Row> lacking(Dataset<Row> samples) {
    return samples
        .where("(" + GENERATION + ") OR (" + UNDERSTANDING + ")")
        .dropDuplicates("sample_id")
        .selectExpr(
            "sample_id",
            "IF(side = 'generation', 'QUESTION', 'CAPTION') AS half",
            "prompt",
            "question",
            "answer",
            "image_sha256",
            "source",
            "CAST(array() AS ARRAY<STRING>) AS objections",
            "CAST(NULL AS STRING) AS draft",
            "'OPEN' AS outcome",
            "CAST(NULL AS STRING) AS reason",
            "false AS contradicted");
  }

  private void merge(Dataset<Row> done) {
    Dataset<Row> completed =
        done.map((MapFunction<Row, Row>) ModelCompletion::completed, Encoders.row(COMPLETED));
    String by = "completed:" + config.endpoint().requireModel();
    Map<String, Column> set = new HashMap<>(Map.of("provenance", lit(by)));
    for (String name : List.of("prompt", "question", "options", "answer")) {
      set.put(name, coalesce(col("c." + name), col("s." + name)));
    }
    DeltaTable.forPath(warehouse.spark(), warehouse.path(Table.SAMPLES))
        .as("s")
        .merge(completed.as("c"), "s.sample_id = c.sample_id")
        .whenMatched("s.prompt IS NULL OR s.question IS NULL")
        .update(set)
        .execute();
  }

  private static Row completed(Row row) {
    SampleState sample = SampleState.of(row);
    var draft = NewHalf.parse(String.valueOf(sample.draft()));
    if (sample.half() == NewHalf.CAPTION) {
      return RowFactory.create(
          sample.sampleId(), draft.path("caption").asText().strip(), null, null, null);
    }
    OptionQuestion question = NewHalf.question(draft);
    return RowFactory.create(
        sample.sampleId(),
        null,
        question.text(),
        question.options().toArray(String[]::new),
        question.answer());
  }

  /** A sample's source ends with its line number; a drawn sample has none. */
  private void quarantine(Dataset<Row> contradicted) {
    String[] key = {"source", "row", "reason", "raw"};
    Dataset<Row> now =
        contradicted.select(
            expr("coalesce(nullif(regexp_extract(source, '^(.*):[0-9]+$', 1), ''), source)")
                .as("source"),
            expr("coalesce(try_cast(regexp_extract(source, ':([0-9]+)$', 1) AS BIGINT), 0)")
                .as("row"),
            expr("concat('contradiction: ', reason)").as("reason"),
            expr("to_json(named_struct('sample_id', sample_id, 'half', lower(half), 'prompt',"
                    + " prompt, 'question', question, 'answer', answer, 'drafts', objections))")
                .as("raw"));
    Dataset<Row> known =
        warehouse
            .read(Table.QUARANTINE)
            .where(col("job").equalTo(JOB))
            .select(Stream.of(key).map(name -> col(name)).toArray(Column[]::new));
    if (known.exceptAll(now).isEmpty() && now.exceptAll(known).isEmpty()) {
      return; // a second run says nothing new
    }
    warehouse.replaceWhere(
        Table.QUARANTINE,
        "job = '" + JOB + "'",
        now.withColumn("job", lit(JOB)).withColumn("quarantined_at", current_timestamp()));
  }

  private void requireFew(Counts counts) {
    if (counts.failed() > config.maxFailedShare() * counts.all()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "Completion stopped: %d of %d samples got nothing usable from the model %s, the limit is"
                  + " %.1f %% (pairs.completion.max_failed_share). What it said is in table"
                  + " model_replies (select failure, message, count(*) from model_replies where"
                  + " failure is not null group by all). Raise pairs.completion.rounds or the"
                  + " limit, or take another model, and run the same command again.",
              counts.failed(),
              counts.all(),
              config.endpoint().requireModel(),
              100 * config.maxFailedShare()));
    }
  }
}
