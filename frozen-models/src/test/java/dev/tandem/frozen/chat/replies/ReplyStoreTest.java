package dev.tandem.frozen.chat.replies;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.slow;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatQuestion;
import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.ChatServer.Request;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplyStoreTest {
  private static final String CAPTION = "{\"caption\": \"A thing.\"}";
  private static final String QUESTIONS =
      "question_digest STRING, template STRING, text STRING, image_sha256 STRING, image_key STRING";
  private static final int TASKS = 2; // of the tests' Spark session

  private static Warehouse warehouse;

  private final List<String> progress = new ArrayList<>();

  @BeforeAll
  static void openWarehouse(@TempDir Path root) {
    warehouse = Warehouse.open(TestSpark.session(), root.toString());
  }

  @BeforeEach
  void empty() {
    warehouse.replaceWhere(
        Table.MODEL_REPLIES, "true", warehouse.read(Table.MODEL_REPLIES).limit(0));
  }

  private static List<String> subjects(int count) {
    return IntStream.range(0, count).mapToObj(i -> "thing " + i).toList();
  }

  private long ask(ChatSettings settings, double maxFailedShare, List<String> subjects) {
    List<Row> rows = new ArrayList<>();
    for (String subject : subjects) {
      String text = Chats.TEMPLATE.render(java.util.Map.of("subject", subject));
      String version = Chats.TEMPLATE.version();
      String digest = ChatQuestion.digest(settings, version, text, "ab");
      rows.add(RowFactory.create(digest, version, text, "ab", "key"));
    }
    Dataset<Row> questions = table(rows, QUESTIONS);
    return new ReplyStore(warehouse, settings, 4, maxFailedShare)
        .ask(
            questions.repartition(3),
            images(),
            List.of(Chats.TEMPLATE),
            (asked, all) -> progress.add(asked + " of " + all));
  }

  private static Dataset<Row> images() {
    return table(
        List.of(RowFactory.create("key", new byte[] {7}, "png")),
        "image_key STRING, image BINARY, image_format STRING");
  }

  private static Dataset<Row> table(List<Row> rows, String ddl) {
    return TestSpark.session().createDataFrame(rows, StructType.fromDDL(ddl));
  }

  private static List<Row> replies() {
    return warehouse.read(Table.MODEL_REPLIES).orderBy("text", "asked_at").collectAsList();
  }

  @Test
  void asksEachQuestionOnceWithItsImage() throws Exception {
    List<String> twice = new ArrayList<>(subjects(20));
    twice.addAll(subjects(20));
    try (ChatServer server = ChatServer.start(request -> slow(10, answer(CAPTION)))) {
      ChatSettings settings = Chats.settings(server.url(), 3, 3, 600, 3600);
      assertThat(ask(settings, 0, twice)).isEqualTo(20);
      assertThat(server.requests()).extracting(Request::text).doesNotHaveDuplicates().hasSize(20);
      assertThat(server.requests())
          .allMatch(r -> r.body().toString().contains("data:image/png;base64,Bw=="));
      assertThat(server.mostUnderWay()).isBetween(1, 3 * TASKS);
      assertThat(ask(settings, 0, twice)).isZero();
      assertThat(ask(settings, 0, subjects(23))).isEqualTo(3);
      assertThat(server.requests()).hasSize(23);
      assertThat(replies()).hasSize(23);
    }
  }

  @Test
  void keepsEveryOutcomeAndAsksAgainOnlyWhatTheEndpointFailed() throws Exception {
    Function<Request, Reaction> bad =
        request -> {
          int subject = Integer.parseInt(request.text().replaceAll("\\D", ""));
          return switch (subject) {
            case 0 -> answer("no json");
            case 1 -> answer("{\"wrong\": 1}");
            case 2 -> answer("");
            case 3 -> status(200, "", "{}");
            case 4 -> status(400, "", "bad request");
            case 5 -> status(500, "", "broken");
            case 6 -> ChatServer.hang();
            case 7 -> ChatServer.cut();
            default -> answer(CAPTION);
          };
        };
    try (ChatServer server = ChatServer.start(bad)) {
      List<String> prompt = new ArrayList<>(subjects(9));
      String hanging = prompt.remove(6);
      ask(Chats.settings(server.url()), 1, prompt);
      ask(Chats.settings(server.url(), 1, 3, 0.4, 3600), 1, List.of(hanging));
      assertThat(replies())
          .extracting(r -> r.<String>getAs("failure"))
          .containsExactly(
              "invalid_json",
              "schema",
              "empty",
              "reply",
              "http",
              "http",
              "timeout",
              "connection",
              null);
      assertThat(replies())
          .extracting(r -> r.<Integer>getAs("attempts"))
          .containsExactly(1, 1, 1, 1, 1, 3, 3, 3, 1);
      assertThat(replies())
          .allSatisfy(
              r -> {
                assertThat(r.<Double>getAs("latency_millis")).isPositive();
                assertThat(r.getList(r.fieldIndex("failed_attempts")))
                    .hasSize(r.<Integer>getAs("attempts") - 1);
              });
      assertThat(replies().get(8).<String>getAs("answer")).isEqualTo("{\"caption\":\"A thing.\"}");
      assertThat(replies().get(5).<String>getAs("reply")).isEqualTo("broken");
    }
    try (ChatServer good = ChatServer.start(request -> answer(CAPTION))) {
      ReplyStore store = new ReplyStore(warehouse, Chats.settings(good.url()), 4, 1);
      assertThat(ask(store.settings(), 1, subjects(9))).isEqualTo(5);
      assertThat(replies()).hasSize(14);
      assertThat(store.replies().where("answer IS NOT NULL").count()).isEqualTo(6);
      assertThat(store.replies().where("answer IS NULL").count()).isEqualTo(3);
    }
  }

  @Test
  void writesRepliesWhileOthersAreAwaited() throws Exception {
    Set<Long> versions = ConcurrentHashMap.newKeySet();
    Function<Request, Reaction> script =
        request -> {
          versions.add(warehouse.version(Table.MODEL_REPLIES));
          return slow(100, answer(CAPTION));
        };
    try (ChatServer server = ChatServer.start(script)) {
      ask(Chats.settings(server.url(), 1, 1, 600, 3600), 0, subjects(40));
      assertThat(versions).hasSizeGreaterThan(1);
      assertThat(progress).hasSizeGreaterThan(1).endsWith("40 of 40");
    }
  }

  @Test
  void aRunThatBreaksOffKeepsItsReplies() throws Exception {
    Function<Request, Reaction> dying =
        request -> request.number() > 60 ? status(404, "", "gone") : answer(CAPTION);
    long kept;
    try (ChatServer server = ChatServer.start(dying)) {
      ChatSettings settings = Chats.settings(server.url());
      assertThatThrownBy(() -> ask(settings, 0.05, subjects(200)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("questions got no answer from the endpoint, the limit is 5.0 %")
          .hasMessageContaining("(status 404: gone)");
      kept = warehouse.read(Table.MODEL_REPLIES).where("answer IS NOT NULL").count();
      assertThat(kept).isBetween(1L, 60L); // batches under way are lost
      assertThat(server.requests().size()).isLessThan(200);
    }
    try (ChatServer server = ChatServer.start(request -> answer(CAPTION))) {
      assertThat(ask(Chats.settings(server.url()), 0, subjects(200))).isEqualTo(200 - kept);
    }
  }

  @Test
  void aQuestionWithoutAnImageIsAskedWithoutOne() throws Exception {
    try (ChatServer server = ChatServer.start(request -> answer(CAPTION))) {
      ChatSettings settings = Chats.settings(server.url());
      Dataset<Row> questions =
          table(
              List.of(
                  RowFactory.create("one", Chats.TEMPLATE.version(), "bare", null, null),
                  RowFactory.create("two", Chats.TEMPLATE.version(), "shown", "ab", "key")),
              QUESTIONS);
      long asked =
          new ReplyStore(warehouse, settings, 4, 0)
              .ask(questions, images(), List.of(Chats.TEMPLATE), (done, all) -> {});
      assertThat(asked).isEqualTo(2);
      assertThat(server.requests())
          .filteredOn(request -> request.body().toString().contains("image_url"))
          .singleElement()
          .extracting(Request::text)
          .isEqualTo("shown");
    }
  }

  @Test
  void anotherModelOrImageIsAnotherQuestion() {
    ChatSettings settings = Chats.settings("http://a");
    String digest = ChatQuestion.digest(settings, "t@1", "text", "ab");
    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(ChatQuestion.digest(Chats.settings("http://b"), "t@1", "text", "ab"))
        .isEqualTo(digest);
    assertThat(
            List.of(
                ChatQuestion.digest(settings, "t@2", "text", "ab"),
                ChatQuestion.digest(settings, "t@1", "texta", "b"),
                ChatQuestion.digest(settings, "t@1", "text", "ac")))
        .doesNotContain(digest);
  }

  @Test
  void theKeyIsInNoTable() throws Exception {
    String key = System.getenv(Chats.KEY_VARIABLE);
    try (ChatServer server =
        ChatServer.start(
            request -> status(403, "", "No: " + request.headers().get("authorization")))) {
      ask(Chats.settings(server.url()), 1, subjects(3));
      assertThat(replies()).hasSize(3).allMatch(row -> !row.mkString("|").contains(key));
      assertThat(replies().get(0).<String>getAs("reply")).isEqualTo("No: Bearer [API key]");
    }
  }
}
