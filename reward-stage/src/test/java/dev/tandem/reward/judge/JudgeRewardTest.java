package dev.tandem.reward.judge;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.RewardOutcome.Failure;
import dev.tandem.reward.RewardOutcome.Value;
import dev.tandem.reward.ScoringInput;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeRewardTest {
  private static final String CORRECT = "{\"correct\": 1, \"reason\": \"two dogs\"}";

  @TempDir Path folder;

  private static JudgeSettings settings(ChatSettings endpoint) {
    return new JudgeSettings(
        endpoint,
        JudgePrompts.checklist(Optional.empty()),
        JudgePrompts.questions(Optional.empty()),
        JudgePrompts.questionLines(Optional.empty()));
  }

  private static List<RewardOutcome> score(
      String name, ChatSettings endpoint, List<ScoringInput> inputs) {
    try (JudgeReward reward = JudgeReward.of(name, settings(endpoint))) {
      assertThat(reward.name()).isEqualTo(name);
      return Outcomes.of(reward, inputs);
    }
  }

  private static RewardOutcome score(String name, Reaction reaction) throws IOException {
    try (ChatServer server = ChatServer.start(request -> reaction)) {
      return score(
              name, Chats.settings(server.url(), 2, 2, 0.4, 3600), List.of(ScoringInputs.drawn(1)))
          .get(0);
    }
  }

  @Test
  void asksWithTheImageAndTheChecklist() throws IOException {
    try (ChatServer server = ChatServer.start(request -> answer(CORRECT))) {
      Value value =
          (Value)
              score("vlm_judge", Chats.settings(server.url()), List.of(ScoringInputs.drawn(1)))
                  .get(0);
      assertThat(value.value()).isEqualTo(1);
      assertThat(value.detail()).isEqualTo("{\"correct\":1,\"reason\":\"two dogs\"}");
      assertThat(value.effort().orElseThrow().attempts()).isEqualTo(1);
      ChatServer.Request request = server.requests().get(0);
      assertThat(request.text()).contains("two dogs", "- 2 dogs present in the image.");
      assertThat(request.body().at("/messages/1/content/1/image_url/url").asText())
          .startsWith("data:image/png;base64,");
    }
  }

  @Test
  void countsRightAnswersToTheSamplesQuestions() throws IOException {
    try (ChatServer server =
        ChatServer.start(request -> answer("```json\n{\"Q1\": \"Yes\", \"Q2\": \"yes\"}\n```"))) {
      Value value =
          (Value)
              score("vlm_questions", Chats.settings(server.url()), List.of(ScoringInputs.drawn(1)))
                  .get(0);
      assertThat(value.value()).isEqualTo(0.5);
      assertThat(server.requests().get(0).text()).contains("Q1: Are there dogs?\nQ2: Is one red?");
    }
  }

  @Test
  void countsRightLinesOfAPlainText() throws IOException {
    String lines = "Yes, two of them.\nyes: the left one";
    try (ChatServer server = ChatServer.start(request -> answer(lines))) {
      Value value =
          (Value)
              score(
                      "vlm_question_lines",
                      Chats.settings(server.url()),
                      List.of(ScoringInputs.drawn(1)))
                  .get(0);
      assertThat(value.value()).isEqualTo(0.5);
      assertThat(value.detail()).isEqualTo("\"Yes, two of them.\\nyes: the left one\"");
      ChatServer.Request request = server.requests().get(0);
      assertThat(request.text()).contains("Are there dogs?\nIs one red?");
      assertThat(request.body().has("response_format")).isFalse();
    }
    assertThat(kind(score("vlm_question_lines", answer("yes")))).isEqualTo("schema");
    assertThat(kind(score("vlm_question_lines", answer("")))).isEqualTo("empty");
  }

  @Test
  void whatTheEndpointDoesWrongIsAFailureWithItsKind() throws IOException {
    Map<String, Reaction> bad =
        Map.of(
            "http", status(500, "", "broken"),
            "timeout", ChatServer.hang(),
            "connection", ChatServer.cut(),
            "reply", status(200, "", "<html>"),
            "empty", answer(""),
            "invalid_json", answer("two dogs, very nice"),
            "schema", answer("{\"correct\": \"maybe\"}"));
    for (Map.Entry<String, Reaction> entry : bad.entrySet()) {
      Failure failure = (Failure) score("vlm_judge", entry.getValue());
      assertThat(failure.kind()).isEqualTo(entry.getKey());
      assertThat(failure.reason()).isNotBlank();
      boolean again = List.of("http", "timeout", "connection").contains(entry.getKey());
      assertThat(failure.effort().orElseThrow().attempts()).isEqualTo(again ? 2 : 1);
    }
  }

  @Test
  void moreWordsOfBadServersAreFailuresToo() throws IOException {
    assertThat(kind(score("vlm_judge", ChatServer.drip()))).isEqualTo("timeout");
    assertThat(kind(score("vlm_judge", status(429, "", "slowly")))).isEqualTo("http");
    assertThat(kind(score("vlm_judge", answer("{\"correct\": NaN}")))).isEqualTo("invalid_json");
    assertThat(kind(score("vlm_judge", answer("{\"correct\": 7}")))).isEqualTo("schema");
    assertThat(kind(score("vlm_questions", answer("{\"Q1\": \"yes\"}")))).isEqualTo("schema");
    assertThat(kind(score("vlm_questions", answer("{\"Q1\": \"yes\", \"Q2\": \"perhaps\"}"))))
        .isEqualTo("schema");
  }

  @Test
  void aBatchIsAskedAtOnceAndKeepsItsOrder() throws IOException {
    try (ChatServer server =
        ChatServer.start(
            request -> answer("{\"correct\": %d}".formatted(request.number() == 3 ? 0 : 1)))) {
      List<ScoringInput> inputs = IntStream.range(0, 9).mapToObj(ScoringInputs::drawn).toList();
      List<RewardOutcome> outcomes = score("vlm_judge", Chats.settings(server.url()), inputs);
      assertThat(outcomes).hasSize(9);
      assertThat(outcomes.stream().filter(outcome -> ((Value) outcome).value() == 0)).hasSize(1);
    }
  }

  @Test
  void theVersionFollowsModelAndWording() throws IOException {
    ChatSettings endpoint = Chats.settings("http://localhost");
    Path own = folder.resolve("own.txt");
    Files.writeString(own, "You judge.\n---\n{prompt}: {checklist}\n");
    JudgeSettings other =
        new JudgeSettings(
            endpoint,
            JudgePrompts.checklist(Optional.of(own)),
            JudgePrompts.questions(Optional.empty()),
            JudgePrompts.questionLines(Optional.empty()));
    try (JudgeReward bundled = JudgeReward.of("vlm_judge", settings(endpoint));
        JudgeReward reworded = JudgeReward.of("vlm_judge", other)) {
      assertThat(bundled.version().orElseThrow()).contains("checklist@", "test-model");
      assertThat(reworded.version()).isNotEqualTo(bundled.version());
    }
  }

  @Test
  void saysWhatIsWrongWithATemplate() throws IOException {
    Path own = folder.resolve("own.txt");
    assertThatThrownBy(() -> JudgePrompts.checklist(Optional.of(own)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("own.txt");
    Files.writeString(own, "Judge {prompt}");
    assertThatThrownBy(() -> JudgePrompts.checklist(Optional.of(own)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no line ---");
    Files.writeString(own, "You judge.\n---\n{promt}");
    assertThatThrownBy(() -> JudgePrompts.checklist(Optional.of(own)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("No value for {promt}")
        .hasMessageContaining("[checklist, prompt]");
  }

  private static String kind(RewardOutcome outcome) {
    return ((Failure) outcome).kind();
  }
}
