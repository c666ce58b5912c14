package dev.tandem.frozen.chat;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatOutcome.Answer;
import dev.tandem.frozen.chat.ChatOutcome.Failure;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.schemas.UserError;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeveralEndpointsTest {
  private static final Reaction GOOD = answer("{\"caption\": \"A red ball.\"}");

  /** Longer than any test: an opened circuit stays open. */
  private static final double FOR_GOOD = 86_400;

  private static ChatSettings settings(
      int inFlight, int attempts, double requestTimeout, int breaker, ChatServer... servers) {
    return Chats.settings(
        List.of(servers).stream().map(ChatServer::url).toList(),
        inFlight,
        attempts,
        requestTimeout,
        3600,
        new ServiceSettings.Breaker(breaker, FOR_GOOD));
  }

  private static List<ChatOutcome> ask(ChatSettings settings, int questions) throws Exception {
    try (ChatBatch batch = new ChatBatch(settings)) {
      return batch.ask(
          IntStream.range(0, questions).mapToObj(i -> Chats.question("thing " + i)).toList());
    }
  }

  @Test
  void requestsGoToTheLeastBusy() throws Exception {
    CountDownLatch twentyFast = new CountDownLatch(20);
    Reaction held =
        (server, client) -> {
          twentyFast.await();
          GOOD.play(server, client);
        };
    Reaction fast =
        (server, client) -> {
          GOOD.play(server, client);
          twentyFast.countDown();
        };
    try (ChatServer slow = ChatServer.start(request -> held);
        ChatServer quick = ChatServer.start(request -> fast)) {
      // Four at a time: while the slow one holds two, all others end at the quick one.
      assertThat(ask(settings(4, 1, 600, 100, slow, quick), 22))
          .allMatch(outcome -> outcome instanceof Answer);
      assertThat(slow.requests().size()).isBetween(1, 3);
      assertThat(quick.requests().size()).isGreaterThanOrEqualTo(19);
    }
  }

  @Test
  void aFailedRequestIsSentToAnother() throws Exception {
    try (ChatServer broken = ChatServer.start(request -> status(500, "", "broken"));
        ChatServer good = ChatServer.start(request -> GOOD)) {
      List<ChatOutcome> outcomes = ask(settings(1, 2, 600, 1000, broken, good), 20);
      assertThat(outcomes).allMatch(outcome -> outcome instanceof Answer);
      assertThat(good.requests()).hasSize(20);
    }
  }

  @Test
  void aDeadServerIsLeftAlone() throws Exception {
    try (ChatServer dead = ChatServer.start(request -> ChatServer.hang());
        ChatServer good = ChatServer.start(request -> GOOD)) {
      List<ChatOutcome> outcomes = ask(settings(1, 100, 0.4, 2, dead, good), 20);
      assertThat(outcomes).allMatch(outcome -> outcome instanceof Answer);
      assertThat(dead.requests()).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void withAllServersDeadNothingIsSent() throws Exception {
    try (ChatServer broken = ChatServer.start(request -> status(503, "", "overloaded"))) {
      List<ChatOutcome> outcomes = ask(settings(1, 2, 600, 3, broken), 5);
      assertThat(broken.requests()).hasSize(3);
      Failure last = (Failure) outcomes.get(4);
      assertThat(last.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
      assertThat(last.message()).isEqualTo("not sent: 1 of 1 servers failed again and again");
      assertThat(last.kind().isComplete()).isFalse();
    }
  }

  @Test
  void tooManyRequestsAreNoSignOfDeath() throws Exception {
    try (ChatServer busy = ChatServer.start(request -> status(429, "", "slowly"))) {
      var unused = ask(settings(1, 2, 600, 1, busy), 3);
      assertThat(busy.requests()).hasSize(6);
    }
  }

  @Test
  void aBatchEndsAtItsDeadline() throws Exception {
    try (ChatServer hanging = ChatServer.start(request -> ChatServer.hang())) {
      ChatSettings patient = settings(2, 5, 3600, 1000, hanging);
      ChatSettings settings =
          new ChatSettings(
              patient.url(),
              "m",
              null,
              0,
              9,
              2,
              5,
              0.002,
              0.02,
              600,
              3600,
              3600,
              0.5,
              patient.breaker());
      List<ChatOutcome> outcomes = ask(settings, 10);
      assertThat(outcomes)
          .hasSize(10)
          .allMatch(outcome -> ((Failure) outcome).kind() == FailureKind.TIMEOUT);
      assertThat(((Failure) outcomes.get(9)).message())
          .isEqualTo("the batch's time was over before");
      assertThat(hanging.requests()).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void saysThatNoServerIsConfigured() {
    ChatSettings nobody = Chats.settings(List.of(), 1, 1, 1, 1, new ServiceSettings.Breaker(1, 1));
    assertThatThrownBy(() -> new ChatClient(nobody))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("url is empty");
  }
}
