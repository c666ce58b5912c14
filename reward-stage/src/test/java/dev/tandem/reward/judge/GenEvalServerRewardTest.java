package dev.tandem.reward.judge;

import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.frozen.chat.ServiceSettings;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.RewardOutcome.Failure;
import dev.tandem.reward.RewardOutcome.Value;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.judge.GenEvalServerReward.Field;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenEvalServerRewardTest {
  private static final Reaction GOOD =
      json("{\"scores\": [-0.5], \"rewards\": [0], \"strict_rewards\": [1], \"reasons\": [\"x\"]}");

  private static Reaction json(String body) {
    return status(200, "", body);
  }

  private static ServiceSettings service(String url) {
    return Chats.settings(url, 2, 2, 0.4, 3600).service();
  }

  private static RewardOutcome score(Reaction reaction) throws IOException {
    try (ChatServer server = ChatServer.start(request -> reaction);
        GenEvalServerReward reward =
            new GenEvalServerReward(
                new GenEvalServer(service(server.url()), 64), Field.SCORES, "v1")) {
      return Outcomes.of(reward, List.of(ScoringInputs.drawn(1))).get(0);
    }
  }

  @Test
  void sendsImagesWithTheirMetadataAndReadsAllScoresFromOneReply() throws IOException {
    try (ChatServer server = ChatServer.start(request -> GOOD);
        GenEvalServer asked = new GenEvalServer(service(server.url()), 64)) {
      ScoringInput input = ScoringInputs.drawn(1);
      double[] values = new double[Field.values().length];
      for (Field field : Field.values()) {
        GenEvalServerReward reward = new GenEvalServerReward(asked, field, "v1");
        Value value = (Value) Outcomes.of(reward, List.of(input)).get(0);
        values[field.ordinal()] = value.value();
        assertThat(value.detail()).contains("\"reasons\":\"x\"");
      }
      assertThat(values).containsExactly(-0.5, 0, 1);
      assertThat(server.requests()).hasSize(1);
      ChatServer.Request request = server.requests().get(0);
      assertThat(Base64.getDecoder().decode(request.body().at("/images/0").asText()))
          .isEqualTo(input.image().orElseThrow());
      assertThat(request.body().at("/meta_datas/0/include/0/class").asText()).isEqualTo("dog");
      assertThat(request.body().at("/meta_datas/0/tag").asText()).isEqualTo("counting");
      assertThat(request.body().at("/only_strict").asBoolean(true)).isFalse();
    }
  }

  @Test
  void splitsABatchAndKeepsItsOrder() throws IOException {
    // The score is the number of images that came with this one, so that requests can be told.
    try (ChatServer server =
            ChatServer.start(
                request -> {
                  int images = request.body().path("images").size();
                  String scores = ("0." + images + ",").repeat(images).replaceAll(",$", "");
                  return json(
                      "{\"scores\": [%s], \"rewards\": [%s], \"strict_rewards\": [%s]}"
                          .formatted(scores, scores, scores));
                });
        GenEvalServerReward reward =
            new GenEvalServerReward(
                new GenEvalServer(service(server.url()), 3), Field.REWARDS, "v1")) {
      List<ScoringInput> inputs = IntStream.range(0, 7).mapToObj(ScoringInputs::drawn).toList();
      assertThat(Outcomes.of(reward, inputs))
          .extracting(outcome -> ((Value) outcome).value())
          .containsExactly(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void whatTheServerDoesWrongIsAFailureWithItsKind() throws IOException {
    assertThat(kind(score(status(500, "", "broken")))).isEqualTo("http");
    assertThat(kind(score(status(429, "", "slowly")))).isEqualTo("http");
    assertThat(kind(score(ChatServer.hang()))).isEqualTo("timeout");
    assertThat(kind(score(ChatServer.drip()))).isEqualTo("timeout");
    assertThat(kind(score(ChatServer.cut()))).isEqualTo("connection");
    assertThat(kind(score(json("")))).isEqualTo("reply");
    assertThat(kind(score(json("<html>")))).isEqualTo("reply");
    assertThat(kind(score(json("{\"scores\": [0.5]}")))).isEqualTo("reply");
    assertThat(kind(score(reply("null")))).isEqualTo("reply");
    assertThat(kind(score(reply("\"0.5\"")))).isEqualTo("reply");
    assertThat(kind(score(reply("NaN")))).isEqualTo("range");
    assertThat(kind(score(reply("1.5")))).isEqualTo("range");
  }

  @Test
  void oneBadScoreLeavesItsNeighbours() throws IOException {
    Reaction half =
        json("{\"scores\": [NaN, 0.25], \"rewards\": [0, 0], \"strict_rewards\": [0, 0]}");
    try (ChatServer server = ChatServer.start(request -> half);
        GenEvalServerReward reward =
            new GenEvalServerReward(
                new GenEvalServer(service(server.url()), 64), Field.SCORES, "v1")) {
      List<RewardOutcome> outcomes =
          Outcomes.of(reward, List.of(ScoringInputs.drawn(1), ScoringInputs.drawn(2)));
      assertThat(kind(outcomes.get(0))).isEqualTo("range");
      assertThat(((Value) outcomes.get(1)).value()).isEqualTo(0.25);
    }
  }

  private static Reaction reply(String score) {
    return json("{\"scores\": [%s], \"rewards\": [0], \"strict_rewards\": [0]}".formatted(score));
  }

  private static String kind(RewardOutcome outcome) {
    return ((Failure) outcome).kind();
  }
}
