package dev.tandem.pairs;

import dev.tandem.pairs.completion.CompletionConfig;
import dev.tandem.pairs.completion.ModelCompletion;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import io.delta.tables.DeltaTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Semantic completion (PairUni, section 3.1) in the table {@code samples}: by rule, every
 * generation sample that has an image, GenEval metadata and no question gets one; where a model is
 * configured, it completes what the rule leaves. A second run finds nothing left to complete.
 */
final class CompletionStep {
  private static final StructType COMPLETED =
      StructType.fromDDL("sample_id STRING, question STRING, options ARRAY<STRING>, answer STRING");

  private CompletionStep() {}

  static PairSummary.Completion run(
      Warehouse warehouse, Optional<CompletionConfig> model, PairProgress progress) {
    PairSummary.Completion byRule = byRule(warehouse);
    return model.isPresent()
        ? byModel(warehouse, model.get(), byRule.completed(), progress)
        : byRule;
  }

  private static PairSummary.Completion byModel(
      Warehouse warehouse, CompletionConfig config, long completedByRule, PairProgress progress) {
    ModelCompletion.Counts counts =
        new ModelCompletion(warehouse, config, new AskingProgress(progress)).run();
    long lacking =
        warehouse
            .read(Table.SAMPLES)
            .where(
                "image_format IS NOT NULL AND (prompt IS NULL OR question IS NULL OR answer IS NULL)")
            .count();
    return new PairSummary.Completion(
        completedByRule + counts.completed(),
        lacking - counts.contradicted() - counts.failed(),
        counts.contradicted(),
        counts.failed());
  }

  private static PairSummary.Completion byRule(Warehouse warehouse) {
    Dataset<Row> illustrated = warehouse.read(Table.SAMPLES).where("image_format IS NOT NULL");
    Dataset<Row> lacking =
        illustrated
            .where("side = 'generation' AND question IS NULL")
            .select("sample_id", "metadata");
    long wanted = lacking.count();
    if (wanted == 0) {
      return new PairSummary.Completion(0, 0);
    }
    RuleCompleter completer = new RuleCompleter(classes(illustrated));
    Dataset<Row> completed =
        lacking
            .dropDuplicates("sample_id")
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> complete(completer, rows),
                Encoders.row(COMPLETED))
            .cache();
    long done = completed.count();
    if (done > 0) {
      merge(warehouse, completed);
    }
    completed.unpersist();
    return new PairSummary.Completion(done, wanted - done);
  }

  private static List<String> classes(Dataset<Row> samples) {
    return samples
        .select("metadata")
        .distinct()
        .toJavaRDD()
        .flatMap(
            (FlatMapFunction<Row, String>)
                row -> RuleCompleter.included(row.getString(0)).iterator())
        .distinct()
        .collect();
  }

  private static Iterator<Row> complete(RuleCompleter completer, Iterator<Row> rows) {
    List<Row> completed = new ArrayList<>();
    rows.forEachRemaining(
        row ->
            completer
                .complete(row.getString(0), row.getString(1))
                .ifPresent(
                    c ->
                        completed.add(
                            RowFactory.create(
                                row.getString(0),
                                c.question(),
                                c.options().toArray(String[]::new),
                                c.answer()))));
    return completed.iterator();
  }

  private static void merge(Warehouse warehouse, Dataset<Row> completed) {
    DeltaTable.forPath(warehouse.spark(), warehouse.path(Table.SAMPLES))
        .as("s")
        .merge(completed.as("c"), "s.sample_id = c.sample_id")
        .whenMatched("s.question IS NULL")
        .updateExpr(
            Map.of(
                "question", "c.question",
                "options", "c.options",
                "answer", "c.answer",
                "provenance", "'" + RuleCompleter.PROVENANCE + "'"))
        .execute();
  }
}
