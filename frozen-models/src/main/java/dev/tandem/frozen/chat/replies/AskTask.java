package dev.tandem.frozen.chat.replies;

import dev.tandem.frozen.chat.ChatBatch;
import dev.tandem.frozen.chat.ChatImage;
import dev.tandem.frozen.chat.ChatOutcome;
import dev.tandem.frozen.chat.ChatQuestion;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.PromptTemplate;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What one task does: asks the questions of its partition and returns rows of the table. */
final class AskTask extends AbstractFunction1<Iterator<Row>, List<Row>> implements Serializable {
  private final ChatSettings settings;
  private final Map<String, PromptTemplate> templates;

  /**
   * @param templates by version
   */
  AskTask(ChatSettings settings, Map<String, PromptTemplate> templates) {
    this.settings = settings;
    this.templates = Map.copyOf(templates);
  }

  @Override
  public List<Row> apply(Iterator<Row> rows) {
    List<Row> questions = new ArrayList<>();
    while (rows.hasNext()) {
      questions.add(rows.next());
    }
    List<Row> replies = new ArrayList<>();
    if (questions.isEmpty()) {
      return replies;
    }
    try (ChatBatch batch = new ChatBatch(settings)) {
      List<ChatOutcome> outcomes = batch.ask(questions.stream().map(this::question).toList());
      for (int i = 0; i < questions.size(); i++) {
        replies.add(reply(questions.get(i), outcomes.get(i)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a model was asked", e);
    }
    return replies;
  }

  private ChatQuestion question(Row row) {
    PromptTemplate template = templates.get(row.<String>getAs("template"));
    if (template == null) {
      throw new IllegalStateException("Unknown template: " + row.getAs("template"));
    }
    byte[] image = row.getAs("image");
    return new ChatQuestion(
        template,
        row.getAs("text"),
        image == null ? null : ChatImage.inCommonFormat(image, row.getAs("image_format")));
  }

  private Row reply(Row question, ChatOutcome outcome) {
    @Nullable String answer = null;
    @Nullable String failure = null;
    @Nullable String message = null;
    if (outcome instanceof ChatOutcome.Answer answered) {
      answer = answered.json();
    } else if (outcome instanceof ChatOutcome.Failure failed) {
      failure = failed.kind().label();
      message = failed.message();
    }
    ChatOutcome.Effort effort = outcome.effort();
    return RowFactory.create(
        question.getAs("question_digest"),
        settings.requireModel(),
        question.getAs("template"),
        question.getAs("text"),
        question.getAs("image_sha256"),
        answer,
        failure,
        message,
        effort.reply(),
        effort.failedAttempts().toArray(String[]::new),
        effort.attempts(),
        effort.latencyMillis(),
        Timestamp.from(Instant.now()));
  }
}
