package dev.tandem.pairs.completion;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.ChatServer.Request;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCompletionTest {
  private static final String HOLDS = "{\"holds\": true, \"reason\": \"It is shown.\"}";
  private static final String CAPTION = "{\"caption\": \" Five zebras stand in grass. \"}";
  private static final String QUESTION =
      """
      {"question": "What lies on the table?", "options": ["A towel", "A lime", "A hat", "A key"],
       "answer": "B"}""";

  private static Warehouse warehouse;

  @BeforeAll
  static void openWarehouse(@TempDir Path root) {
    warehouse = Warehouse.open(TestSpark.session(), root.toString());
  }

  @BeforeEach
  void empty() {
    for (Table table : List.of(Table.SAMPLES, Table.MODEL_REPLIES, Table.QUARANTINE)) {
      warehouse.replaceWhere(table, "true", warehouse.read(table).limit(0));
    }
  }

  /** An understanding sample without a caption. */
  private static Row asks(int number, String question) {
    return sample("understanding", number, null, question, "A");
  }

  /** A generation sample without a question. */
  private static Row paints(int number, String prompt) {
    return sample("generation", number, prompt, null, null);
  }

  private static Row sample(
      String side, int number, String prompt, String question, String answer) {
    byte[] image = {(byte) number};
    return RowFactory.create(
        side + number,
        side,
        image,
        "png",
        1,
        1,
        Identifiers.sha256(image),
        "images/" + number + ".png",
        prompt,
        question,
        null,
        answer,
        null,
        "{}",
        "{}",
        side + ".jsonl:" + number,
        "imported");
  }

  private static void fill(Row... samples) {
    Dataset<Row> rows =
        TestSpark.session()
            .createDataFrame(List.of(samples), StructType.fromDDL(Table.SAMPLES.ddl()));
    warehouse.append(Table.SAMPLES, rows.coalesce(1));
  }

  private static ModelCompletion.Counts complete(ChatServer server, int rounds, double failures) {
    CompletionConfig config =
        new CompletionConfig(
            CompletionConfig.By.MODEL, rounds, 2, failures, Chats.settings(server.url()));
    return new ModelCompletion(warehouse, config, (phase, asked, all) -> {}).run();
  }

  private static Row read(String sampleId) {
    return warehouse.read(Table.SAMPLES).where("sample_id = '" + sampleId + "'").first();
  }

  private static Function<Request, Reaction> good() {
    return request ->
        switch (request.kind()) {
          case "caption" -> answer(CAPTION);
          case "question" -> answer(QUESTION);
          default -> answer(HOLDS);
        };
  }

  @Test
  void completesBothSidesAndAsksNothingTwice() throws Exception {
    fill(asks(1, "How many {zebras}?\nA. Five\nB. Two"), paints(2, "a lime on a table"));
    try (ChatServer server = ChatServer.start(good())) {
      assertThat(complete(server, 2, 0)).isEqualTo(new ModelCompletion.Counts(2, 0, 0));
      assertThat(server.requests())
          .extracting(Request::kind)
          .containsExactlyInAnyOrder("caption", "question", "check_caption", "check_question");
      for (Request request : server.requests()) {
        assertThat(request.text())
            .contains(
                request.kind().contains("caption") ? "How many {zebras}?" : "a lime on a table")
            .doesNotContain("{objections}");
      }
      long samples = warehouse.version(Table.SAMPLES);
      assertThat(complete(server, 2, 0)).isEqualTo(new ModelCompletion.Counts(0, 0, 0));
      assertThat(server.requests()).hasSize(4);
      assertThat(warehouse.version(Table.SAMPLES)).isEqualTo(samples);
    }
    Row captioned = read("understanding1");
    assertThat(captioned.<String>getAs("prompt")).isEqualTo("Five zebras stand in grass.");
    assertThat(captioned.<String>getAs("question")).startsWith("How many");
    assertThat(captioned.<String>getAs("provenance")).isEqualTo("completed:test-model");
    Row questioned = read("generation2");
    assertThat(questioned.<String>getAs("prompt")).isEqualTo("a lime on a table");
    assertThat(questioned.<String>getAs("question"))
        .startsWith("What lies on the table?\nA. A towel\nB. A lime\n")
        .endsWith("\n\nAnswer with the option's letter from the given choices directly.");
    assertThat(questioned.<String>getAs("answer")).isEqualTo("B");
    assertThat(questioned.getList(questioned.fieldIndex("options"))).hasSize(4);
  }

  @Test
  void aContradictionIsWrittenAgainAndThenQuarantined() throws Exception {
    fill(asks(1, "mended"), asks(2, "hopeless"));
    Function<Request, Reaction> strict =
        request -> {
          boolean again = request.text().contains("These drafts were rejected");
          boolean mended = request.text().contains("mended") && request.text().contains("better");
          if (request.kind().equals("caption")) {
            return answer("{\"caption\": \"" + (again ? "better" : "first") + "\"}");
          }
          return answer("{\"holds\": " + mended + ", \"reason\": \"There are six.\"}");
        };
    try (ChatServer server = ChatServer.start(strict)) {
      assertThat(complete(server, 2, 0)).isEqualTo(new ModelCompletion.Counts(1, 1, 0));
      assertThat(server.requests()).hasSize(8);
      assertThat(server.requests())
          .filteredOn(r -> r.text().contains("These drafts were rejected"))
          .hasSize(2)
          .allMatch(r -> r.text().contains("first") && r.text().contains("There are six."));
      assertThat(read("understanding1").<String>getAs("prompt")).isEqualTo("better");
      assertThat(read("understanding2").<String>getAs("prompt")).isNull();
      Row refused = warehouse.read(Table.QUARANTINE).first();
      assertThat(refused.<String>getAs("source")).isEqualTo("understanding.jsonl");
      assertThat(refused.<Long>getAs("row")).isEqualTo(2);
      assertThat(refused.<String>getAs("reason")).isEqualTo("contradiction: There are six.");
      assertThat(refused.<String>getAs("raw")).contains("understanding2").contains("better");
      long quarantined = warehouse.version(Table.QUARANTINE);
      assertThat(complete(server, 2, 0)).isEqualTo(new ModelCompletion.Counts(0, 1, 0));
      assertThat(server.requests()).hasSize(8);
      assertThat(warehouse.version(Table.QUARANTINE)).isEqualTo(quarantined);
    }
  }

  @Test
  void aFailureIsNeverACaption() throws Exception {
    fill(asks(1, "broken"), asks(2, "mute"), asks(3, "blank"), asks(4, "good"));
    Function<Request, Reaction> bad =
        request -> {
          if (request.text().contains("broken")) {
            return status(500, "", "out of order");
          } else if (request.text().contains("mute")) {
            return answer("I see a caption.");
          } else if (request.text().contains("blank")) {
            return answer("{\"caption\": \" \"}");
          }
          return answer(request.kind().equals("caption") ? CAPTION : HOLDS);
        };
    try (ChatServer server = ChatServer.start(bad)) {
      assertThat(complete(server, 2, 1)).isEqualTo(new ModelCompletion.Counts(1, 0, 3));
      assertThat(warehouse.read(Table.SAMPLES).where("prompt IS NOT NULL").count()).isEqualTo(1);
      assertThat(warehouse.read(Table.QUARANTINE).isEmpty()).isTrue();
      assertThat(server.requests()).hasSize(3 + 2 + 2 + 2);
      assertThatThrownBy(() -> complete(server, 2, 0.9))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("1 of 1 questions got no answer from the endpoint")
          .hasMessageContaining("status 500: out of order");
      assertThat(server.requests()).hasSize(9 + 3); // only the endpoint's failure is asked again
    }
    try (ChatServer server = ChatServer.start(good())) {
      assertThatThrownBy(() -> complete(server, 2, 0.5))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("2 of 3 samples got nothing usable from the model test-model");
      assertThat(read("understanding1").<String>getAs("prompt")).contains("zebras");
      assertThat(server.requests()).hasSize(2);
    }
  }
}
