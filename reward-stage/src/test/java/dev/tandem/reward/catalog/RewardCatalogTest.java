package dev.tandem.reward.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.TextTower;
import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.frozen.chat.ServiceSettings;
import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.judge.JudgePrompts;
import dev.tandem.reward.judge.JudgeSettings;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardCatalogTest {
  private static final ChatSettings NOBODY =
      Chats.settings(List.of(), 1, 1, 1, 1, new ServiceSettings.Breaker(1, 1));
  private static final TowerSettings NO_TOWERS = new TowerSettings(null, null, 1, 4);

  @TempDir Path folder;

  private static RewardCatalog catalog(ChatSettings endpoint, TowerSettings clip) {
    return new RewardCatalog(
        new CatalogSettings(
            new LengthPenalty.Settings(LengthPenalty.Kind.SOFT, 4, Map.of("reason", 8)),
            new JudgeSettings(
                endpoint,
                JudgePrompts.checklist(Optional.empty()),
                JudgePrompts.questions(Optional.empty()),
                JudgePrompts.questionLines(Optional.empty())),
            new GenEvalServerSettings("v1", 64, endpoint.service()),
            Map.of("clip", clip, "hps", NO_TOWERS)));
  }

  @Test
  void unknownRewardsNameTheKnownOnes() {
    assertThatThrownBy(() -> catalog(NOBODY, NO_TOWERS).require(List.of("geneval_graded*fromat")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Unknown reward: fromat in 'geneval_graded*fromat' (expected one of accuracy, clip,"
                + " format, geneval_graded, geneval_reward_server, geneval_server,"
                + " geneval_server_reward, geneval_server_strict, geneval_strict, hps, length,"
                + " reference_similarity, vlm_judge, vlm_question_lines, vlm_questions,"
                + " correction(<one>), or some of them with * between)");
  }

  @Test
  void whatARewardLacksIsNamedBeforeAnythingIsComputed() {
    RewardCatalog catalog = catalog(NOBODY, NO_TOWERS);
    assertThatThrownBy(() -> catalog.require(List.of("correction(vlm_judge)*format")))
        .hasMessage("Reward vlm_judge is used, but nothing is set for reward.judge.endpoint.url");
    assertThatThrownBy(() -> catalog.require(List.of("geneval_server_strict")))
        .hasMessageContaining("reward.geneval_server.service.url");
    assertThatThrownBy(() -> catalog.require(List.of("hps")))
        .hasMessageContaining("reward.hps.image and reward.hps.text");
    catalog.require(List.of("length", "correction(geneval_strict)"));
  }

  @Test
  void whatAsksAServerIsKnownByItsName() {
    RewardCatalog catalog = catalog(NOBODY, NO_TOWERS);
    assertThat(catalog.asksServer(List.of("format", "geneval_graded*format", "clip"))).isFalse();
    assertThat(catalog.asksServer(List.of("format", "correction(vlm_judge)*format"))).isTrue();
    assertThat(catalog.asksServer(List.of("geneval_server_strict"))).isTrue();
  }

  @Test
  void factorsAreAskedOnceForAllThatAreMadeOfThem() throws Exception {
    try (ChatServer server = ChatServer.start(request -> ChatServer.answer("{\"correct\": 0.5}"))) {
      List<String> names = List.of("vlm_judge*format", "vlm_judge", "correction(vlm_judge)");
      List<Reward> rewards = reloaded(catalog(Chats.settings(server.url()), NO_TOWERS)).load(names);
      ScoringInput input = input("<think>a</think>");
      double[] values =
          rewards.stream()
              .map(reward -> Outcomes.of(reward, List.of(input)).get(0))
              .mapToDouble(outcome -> ((RewardOutcome.Value) outcome).value())
              .toArray();
      assertThat(rewards).extracting(Reward::name).isEqualTo(names);
      assertThat(values).containsExactly(0.5, 0.5, 0.25);
      assertThat(server.requests()).hasSize(1);
      rewards.forEach(Reward::close);
    }
  }

  @Test
  void aModelIsLoadedOnceForTasksThatFollowEachOther() throws Exception {
    TowerSettings towers =
        new TowerSettings(
            TextTower.writeImageTower(folder).toString(),
            TextTower.write(folder, TextTower.SETTINGS).toString(),
            1,
            4);
    RewardCatalog catalog = catalog(NOBODY, towers);
    Reward first = catalog.load(List.of("clip")).get(0);
    String version = first.version().orElseThrow();
    first.close();
    first.close();
    TextTower.write(folder, "broken: [");
    Reward again = catalog.load(List.of("clip")).get(0);
    assertThat(again.version()).contains(version);
    assertThatThrownBy(() -> catalog.load(List.of("clip"))).isInstanceOf(UserError.class);
  }

  /** As it comes to an executor. */
  private static RewardCatalog reloaded(RewardCatalog catalog)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(catalog);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RewardCatalog) in.readObject();
    }
  }

  private static ScoringInput input(String text) {
    return new ScoringInput(
        "reason",
        Optional.of("two dogs"),
        Optional.of(text),
        OptionalInt.of(3),
        Optional.of(new RgbImage(1, 1, new byte[3]).toPng()),
        Map.of("vlm_judge", 0.25),
        new ScoringInput.Sample(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "{\"include\": [{\"class\": \"dog\", \"count\": 2}]}",
            Optional.empty()));
  }
}
