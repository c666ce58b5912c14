package dev.tandem.pairs.completion;

import static org.apache.spark.sql.functions.col;

import dev.tandem.frozen.chat.ChatQuestion;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.replies.ReplyStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Writes and checks new halves, round by round. Samples are rows of {@link SampleState}; their
 * states follow from the replies alone, so that a run that comes to the same questions again asks
 * nothing. They are held in memory, without images, until this is closed.
 */
final class CompletionRounds implements AutoCloseable {
  private static final StructType ASKING =
      SampleState.SCHEMA
          .add("question_digest", "string")
          .add("template", "string")
          .add("text", "string");
  private static final String WITH_DRAFT = "outcome = 'OPEN' AND draft IS NOT NULL";

  private final ReplyStore replies;
  private final Dataset<Row> images;
  private final int rounds;
  private final CompletionProgress progress;
  private final List<JavaRDD<Row>> kept = new ArrayList<>();

  /**
   * @param images {@code image_key} (a sample's id), {@code image}, {@code image_format}
   */
  CompletionRounds(
      ReplyStore replies, Dataset<Row> images, int rounds, CompletionProgress progress) {
    this.replies = replies;
    this.images = images;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** The final states of the samples; those still open had all their drafts rejected. */
  Dataset<Row> run(Dataset<Row> samples) {
    Dataset<Row> open = samples;
    List<Dataset<Row>> settled = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      Dataset<Row> written = phase(Phase.WRITE, round, open);
      Dataset<Row> checked = phase(Phase.CHECK, round, written.where(WITH_DRAFT));
      Dataset<Row> unchecked = written.where("NOT (" + WITH_DRAFT + ")");
      Dataset<Row> ended = checked.union(unchecked);
      settled.add(ended.where("outcome <> 'OPEN'"));
      open = ended.where("outcome = 'OPEN'");
    }
    return settled.stream().reduce(open, Dataset::union);
  }

  private Dataset<Row> phase(Phase phase, int round, Dataset<Row> states) {
    ChatSettings settings = replies.settings();
    Dataset<Row> asking =
        states.map(
            (MapFunction<Row, Row>) row -> asking(phase, settings, row), Encoders.row(ASKING));
    String label = "round %d of %d, %s".formatted(round, rounds, phase.label());
    replies.ask(
        asking.withColumn("image_key", col("sample_id")),
        images,
        NewHalf.templates(),
        (asked, all) -> progress.asked(label, asked, all));
    Dataset<Row> told = replies.replies().withColumnRenamed("answer", "reply_answer");
    // As an RDD: Spark drops cached tables that read one to which replies are appended.
    JavaRDD<Row> settled =
        asking
            .join(told, new String[] {"question_digest"})
            .toJavaRDD()
            .map(row -> settled(phase, row))
            .persist(StorageLevel.MEMORY_AND_DISK());
    kept.add(settled);
    return states.sparkSession().createDataFrame(settled, SampleState.SCHEMA);
  }

  /** Forgets the states. */
  @Override
  public void close() {
    kept.forEach(JavaRDD::unpersist);
  }

  private static Row asking(Phase phase, ChatSettings settings, Row row) {
    SampleState sample = SampleState.of(row);
    String text = phase.text(sample);
    String template = phase.template(sample).version();
    Object[] values = new Object[row.size() + 3];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = ChatQuestion.digest(settings, template, text, sample.imageDigest());
    values[row.size() + 1] = template;
    values[row.size() + 2] = text;
    return RowFactory.create(values);
  }

  private static Row settled(Phase phase, Row row) {
    SampleState.Reply reply =
        new SampleState.Reply(
            row.getAs("reply_answer"), row.getAs("failure"), row.getAs("message"));
    return phase.settle(SampleState.of(row), reply).toRow();
  }
}
