package dev.tandem.frozen.chat.replies;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import dev.tandem.frozen.chat.ChatClient;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.FailureKind;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Asks questions from inside Spark tasks and keeps every reply in the table {@code model_replies},
 * which is also the cache: a question, identified by its content, that the model has answered is
 * not asked again, whoever asks it. Each question is sent by one task only. Replies are written
 * while others are still awaited, so that a killed run loses those of some seconds only.
 *
 * <p>What the model answered badly counts as its word and is not asked again in the same words;
 * what the endpoint failed to bring is asked again by the next run ({@link
 * FailureKind#isComplete}).
 *
 * @param batch questions that one task asks
 * @param maxFailedShare share of questions, asked by one call, that the endpoint may fail to bring
 *     to an answer
 */
public record ReplyStore(
    Warehouse warehouse, ChatSettings settings, int batch, double maxFailedShare) {
  private static final String DIGEST = "question_digest";
  private static final String IMAGE_KEY = "image_key";

  /** Told how far an asking is. */
  public interface Progress {
    /**
     * Called each time that replies have come in.
     *
     * @param asked questions asked so far, with or without an answer
     * @param all questions to ask
     */
    void asked(long asked, long all);
  }

  /**
   * Asks what has not been answered yet and waits for all of it.
   *
   * @param questions {@code question_digest} ({@link dev.tandem.frozen.chat.ChatQuestion#digest}),
   *     {@code template} (a version), {@code text}, {@code image_sha256} and {@code image_key},
   *     both null where no image is sent; a question may come several times
   * @param images {@code image_key}, {@code image}, {@code image_format}; a key comes once
   * @param templates all that the questions name
   * @return the number of questions that were asked now
   * @throws dev.tandem.schemas.UserError if the key is missing or too many questions failed
   */
  public long ask(
      Dataset<Row> questions,
      Dataset<Row> images,
      List<PromptTemplate> templates,
      Progress progress) {
    Dataset<Row> pending =
        questions
            .select(DIGEST, "template", "text", "image_sha256", IMAGE_KEY)
            .join(complete(), joinKey(), "left_anti")
            .dropDuplicates(DIGEST)
            .persist();
    try {
      long count = pending.count();
      if (count == 0) {
        return 0;
      }
      ChatClient.requireKey(settings); // told here, once, and not by every task
      Dataset<Row> spread = withImages(pending, images).repartition(tasks(count), col(DIGEST));
      AskTask task = new AskTask(settings, byVersion(templates));
      EndpointFailures failures = new EndpointFailures(maxFailedShare);
      try (ReplyWriter writer = new ReplyWriter(warehouse)) {
        new StreamedJob(spread.javaRDD().rdd(), task)
            .run(
                replies -> {
                  writer.add(replies);
                  failures.count(replies);
                  progress.asked(failures.asked(), count);
                  failures.require(false);
                });
      }
      failures.require(true);
      return failures.asked();
    } finally {
      pending.unpersist();
    }
  }

  /**
   * The reply to every question ever asked: {@code question_digest}, and {@code answer} or {@code
   * failure} and {@code message}. The model's word where there is one, else the newest failure.
   */
  public Dataset<Row> replies() {
    return warehouse
        .read(Table.MODEL_REPLIES)
        .groupBy(DIGEST)
        .agg(
            max_by(
                    struct("answer", "failure", "message"),
                    struct(isComplete().as("complete"), col("asked_at")))
                .as("reply"))
        .select(DIGEST, "reply.*");
  }

  /** An inner join, because few questions then reach their images without moving all of these. */
  private static Dataset<Row> withImages(Dataset<Row> questions, Dataset<Row> images) {
    Dataset<Row> without = questions.where(col(IMAGE_KEY).isNull());
    return questions
        .join(images, new String[] {IMAGE_KEY})
        .unionByName(without, true); // its image columns are null
  }

  private Dataset<Row> complete() {
    return warehouse.read(Table.MODEL_REPLIES).where(isComplete()).select(DIGEST).distinct();
  }

  private static Column isComplete() {
    Object[] kinds = FailureKind.completeLabels().toArray();
    return col("failure").isNull().or(col("failure").isin(kinds));
  }

  private int tasks(long questions) {
    long batches = (questions + batch - 1) / batch;
    long parallel = Math.min(questions, warehouse.spark().sparkContext().defaultParallelism());
    return (int) Math.min(Integer.MAX_VALUE, Math.max(batches, parallel));
  }

  private static Map<String, PromptTemplate> byVersion(List<PromptTemplate> templates) {
    return templates.stream()
        .collect(Collectors.toMap(PromptTemplate::version, Function.identity()));
  }

  private static String[] joinKey() {
    return new String[] {DIGEST};
  }
}
