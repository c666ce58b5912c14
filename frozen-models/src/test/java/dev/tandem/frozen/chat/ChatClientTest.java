package dev.tandem.frozen.chat;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.slow;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatOutcome.Answer;
import dev.tandem.frozen.chat.ChatOutcome.Failure;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatClientTest {
  private static final String CAPTION = "{\"caption\": \"A red ball.\"}";
  private static final Reaction GOOD = answer(CAPTION);

  /** What a client that waits for a second may take less, for the clock's coarseness. */
  private static final double CLOCK_MILLIS = 50;

  private record Told(ChatOutcome outcome, List<ChatServer.Request> requests) {
    Answer answer() {
      return (Answer) outcome;
    }

    Failure failure() {
      return (Failure) outcome;
    }
  }

  /** Asks a server that reacts so to the first, second, ... request, the last one for good. */
  private static Told ask(Reaction... reactions) throws Exception {
    try (ChatServer server = server(reactions)) {
      return ask(server, Chats.settings(server.url()));
    }
  }

  private static ChatServer server(Reaction... reactions) {
    return ChatServer.start(request -> reactions[Math.min(request.number(), reactions.length) - 1]);
  }

  private static Told ask(ChatServer server, ChatSettings settings) throws Exception {
    ChatOutcome outcome = new ChatClient(settings).ask(Chats.question("a ball"));
    return new Told(outcome, server.requests());
  }

  @Test
  void asksWithTheImageTheSchemaAndTheKey() throws Exception {
    try (ChatServer server = server(GOOD)) {
      ChatQuestion question =
          new ChatQuestion(
              Chats.TEMPLATE, "Describe it.", new ChatImage(new byte[] {1, 2, 3}, "PNG"));
      Answer answer = (Answer) new ChatClient(Chats.settings(server.url())).ask(question);
      assertThat(answer.json()).isEqualTo("{\"caption\":\"A red ball.\"}");
      assertThat(answer.effort().attempts()).isEqualTo(1);
      assertThat(answer.effort().reply()).contains("choices").contains("A red ball.");
      ChatServer.Request request = server.requests().get(0);
      assertThat(request.headers().get("authorization"))
          .isEqualTo("Bearer " + System.getenv(Chats.KEY_VARIABLE));
      assertThat(request.body().path("model").asText()).isEqualTo("test-model");
      assertThat(request.body().at("/messages/0/content").asText()).isEqualTo("You describe.");
      assertThat(request.body().at("/messages/1/content/1/image_url/url").asText())
          .isEqualTo("data:image/png;base64,AQID");
      assertThat(request.body().at("/response_format/json_schema/schema/required/0").asText())
          .isEqualTo("caption");
    }
  }

  @Test
  void anImageInARareFormatIsSentAsPng() throws Exception {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 1, 0x20C040);
    ByteArrayOutputStream bmp = new ByteArrayOutputStream();
    ImageIO.write(image, "bmp", bmp);
    ChatImage sent = ChatImage.inCommonFormat(bmp.toByteArray(), "bmp");
    assertThat(sent.format()).isEqualTo("png");
    assertThat(RgbImage.decode(sent.bytes())).isEqualTo(RgbImage.of(image));
    assertThat(ChatImage.inCommonFormat(sent.bytes(), "png").bytes()).isSameAs(sent.bytes());
    byte[] damaged = {1, 2};
    assertThat(ChatImage.inCommonFormat(damaged, "tiff")).isEqualTo(new ChatImage(damaged, "tiff"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503})
  void asksAgainAfterATemporaryStatus(int code) throws Exception {
    Told told = ask(status(code, "", "busy"), GOOD);
    assertThat(told.answer().effort().failedAttempts())
        .containsExactly("http: status " + code + ": busy");
    assertThat(told.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 404, 422})
  void doesNotAskAgainWhatWillNotChange(int code) throws Exception {
    Told told = ask(status(code, "Location: /elsewhere\r\n", "no"), GOOD);
    assertThat(told.failure().kind()).isEqualTo(FailureKind.HTTP);
    assertThat(told.failure().message()).isEqualTo("status " + code + ": no");
    assertThat(told.failure().effort().reply()).isEqualTo("no");
    assertThat(told.requests()).hasSize(1);
  }

  @Test
  void givesUpAfterTheLastAttempt() throws Exception {
    Told told = ask(status(500, "", "broken"));
    assertThat(told.failure().kind()).isEqualTo(FailureKind.HTTP);
    assertThat(told.failure().effort().attempts()).isEqualTo(3).isEqualTo(told.requests().size());
  }

  @Test
  void waitsTheSecondsThatTheServerAsksFor() throws Exception {
    Told told = ask(status(429, "Retry-After: 1\r\n", "slowly"), GOOD);
    assertThat(told.answer().effort().latencyMillis()).isGreaterThan(1000 - CLOCK_MILLIS);
  }

  @Test
  void waitsUntilTheDateThatTheServerNames() throws Exception {
    Instant until = Instant.now().plusSeconds(2); // dates have whole seconds: at least one is left
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));
    Told told = ask(status(429, "Retry-After: " + date + "\r\n", "slowly"), GOOD);
    assertThat(told.answer().effort().latencyMillis()).isGreaterThan(1000 - CLOCK_MILLIS);
  }

  @Test
  void doesNotWaitLongerThanTheTotalTime() throws Exception {
    Told told = ask(status(429, "Retry-After: 3600\r\n", "tomorrow"), GOOD);
    assertThat(told.failure().message()).isEqualTo("status 429: tomorrow");
    assertThat(told.requests()).hasSize(1);
  }

  @Test
  void aHangingOrDrippingServerTimesOut() throws Exception {
    for (Reaction never : List.of(ChatServer.hang(), ChatServer.drip())) {
      try (ChatServer server = server(never)) {
        Failure failure = ask(server, Chats.settings(server.url(), 1, 3, 0.4, 3600)).failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(failure.message()).isEqualTo("no whole reply within 0.400 s");
        assertThat(failure.effort().attempts()).isEqualTo(3);
        assertThat(failure.effort().reply()).isNull();
      }
    }
  }

  @Test
  void isAskedAgainAfterATimeOut() throws Exception {
    try (ChatServer server = server(ChatServer.hang(), ChatServer.drip(), GOOD)) {
      // As many attempts as a busy machine may need.
      Told told = ask(server, Chats.settings(server.url(), 1, 1000, 0.4, 3600));
      assertThat(told.answer().effort().failedAttempts())
          .hasSizeGreaterThanOrEqualTo(2)
          .containsOnly("timeout: no whole reply within 0.400 s");
    }
  }

  @Test
  void theTotalTimeEndsAnAttempt() throws Exception {
    try (ChatServer server = server(ChatServer.hang())) {
      Told told = ask(server, Chats.settings(server.url(), 1, 100, 3600, 0.3));
      assertThat(told.failure().kind()).isEqualTo(FailureKind.TIMEOUT);
      assertThat(told.failure().effort().attempts()).isEqualTo(1);
    }
  }

  @Test
  void aSlowReplyIsWaitedFor() throws Exception {
    try (ChatServer server = server(slow(300, GOOD))) {
      Told told = ask(server, Chats.settings(server.url(), 1, 1, 600, 3600));
      assertThat(told.answer().effort().latencyMillis()).isGreaterThan(300 - CLOCK_MILLIS);
    }
  }

  @Test
  void aCutConnectionIsTriedAgain() throws Exception {
    Told told = ask(ChatServer.cut(), (server, client) -> {}, GOOD);
    assertThat(told.answer().effort().failedAttempts())
        .hasSize(2)
        .allMatch(attempt -> attempt.startsWith("connection: connection broken: "));
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ChatClient client = new ChatClient(Chats.settings("http://127.0.0.1:" + port));
    Failure failure = (Failure) client.ask(Chats.question("a ball"));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONNECTION);
    assertThat(failure.message()).startsWith("cannot connect");
    assertThat(failure.effort().attempts()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <html>                                                          | REPLY
          {}                                                              | REPLY
          {"choices": []}                                                 | REPLY
          {"choices": null}                                               | REPLY
          {"choices": [{"message": {}}]}                                  | EMPTY
          {"choices": [{"message": {"content": null}}]}                   | EMPTY
          {"choices": [{"message": {"content": "  "}}]}                   | EMPTY
          {"choices": [{"message": {"content": "a ball"}}]}               | INVALID_JSON
          {"choices": [{"message": {"content": "{} {}"}}]}                | INVALID_JSON
          {"choices": [{"message": {"content": "{}"}}]}                   | SCHEMA
          {"choices": [{"message": {"content": "[]"}}]}                   | SCHEMA
          {"choices": [{"message": {"content": "{\\"caption\\": 1}"}}]}   | SCHEMA
          {"choices": [{"message": {"refusal": "I will not"}}]}           | REFUSED
          {"choices": [{"finish_reason": "content_filter", "message": {}}]} | REFUSED
          {"choices": [{"finish_reason": "length", "message": {"content": "{"}}]} | TRUNCATED
          """)
  void aReplyWithoutAnAnswerIsAFailureAndIsKept(String body, FailureKind kind) throws Exception {
    Told told = ask(status(200, "", body), GOOD);
    assertThat(told.failure().kind()).isEqualTo(kind);
    assertThat(told.failure().message()).isNotBlank();
    assertThat(told.failure().effort().reply()).isEqualTo(body);
    assertThat(told.requests()).hasSize(1);
  }

  @Test
  void refusesAReplyThatWouldFillTheMemory() throws Exception {
    Told told = ask(status(200, "", "x".repeat(5 << 20)), GOOD);
    assertThat(told.failure().kind()).isEqualTo(FailureKind.REPLY);
    assertThat(told.failure().message()).isEqualTo("the reply is longer than 4194304 bytes");
  }

  @Test
  void theKeyIsTakenOutOfRepliesAndMessages() throws Exception {
    String key = System.getenv(Chats.KEY_VARIABLE);
    Told told = ask(status(401, "", "wrong key " + key + "!"));
    assertThat(told.outcome().toString()).doesNotContain(key).contains("wrong key [API key]!");
  }

  @Test
  void saysWhichVariableLacksTheKey() {
    ChatSettings settings = keyed("http://localhost", "TANDEM_NO_SUCH_KEY");
    assertThatThrownBy(() -> new ChatClient(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the environment variable TANDEM_NO_SUCH_KEY");
    assertThatThrownBy(() -> keyed("http://h", "sk-1234"))
        .hasMessageContaining("Invalid key_variable")
        .hasMessageNotContaining("sk-1234");
    assertThatThrownBy(() -> keyed("http://me:word@h", null))
        .hasMessageContaining("Invalid url")
        .hasMessageNotContaining("word@");
  }

  private static ChatSettings keyed(String url, @Nullable String variable) {
    return new ChatSettings(
        List.of(url), "m", variable, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, Chats.NO_BREAKER);
  }

  @Test
  void aBatchKeepsItsOrderAndItsBound() throws Exception {
    List<ChatQuestion> questions = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      questions.add(Chats.question("thing " + i));
    }
    CountDownLatch three = new CountDownLatch(3); // none is answered before three are under way
    Function<ChatServer.Request, Reaction> script =
        request ->
            (server, client) -> {
              three.countDown();
              three.await();
              answer("{\"caption\": \"" + request.text() + "\"}").play(server, client);
            };
    try (ChatServer server = ChatServer.start(script);
        ChatBatch batch = new ChatBatch(Chats.settings(server.url(), 3, 1, 600, 3600))) {
      List<ChatOutcome> outcomes = batch.ask(questions);
      for (int i = 0; i < questions.size(); i++) {
        assertThat(((Answer) outcomes.get(i)).json()).contains("Describe thing " + i + " in");
      }
      assertThat(server.requests()).hasSize(30);
      assertThat(server.mostUnderWay()).isEqualTo(3);
    }
  }

  @Test
  void aTemplateFillsInValuesOnce() {
    assertThat(Chats.TEMPLATE.render(Map.of("subject", "a {subject} for $1")))
        .isEqualTo("Describe a {subject} for $1 in one sentence.");
    assertThatThrownBy(() -> Chats.TEMPLATE.render(Map.of()))
        .hasMessageContaining("No value for {subject} in the template describe");
    assertThat(Chats.TEMPLATE.version()).matches("describe@[0-9a-f]{12}");
  }
}
