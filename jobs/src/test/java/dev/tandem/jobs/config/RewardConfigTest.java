package dev.tandem.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.jobs.config.TandemConfig.Side;
import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.reward.RewardSettings;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardConfigTest {
  private static final String[] JUDGED = {
    "reward.reason.text.vlm_judge=1",
    "reward.judge.endpoint.url=http://gpu1:8000/v1,http://gpu2:8000/v1",
    "reward.judge.endpoint.model=qwen"
  };

  @TempDir Path folder;

  @Test
  void everyRewardIsReachedByItsName() {
    RewardSettings settings =
        settings(
            load(
                "reward.reason.observed=accuracy,format,geneval_strict,geneval_graded,"
                    + "geneval_reward_server,reference_similarity,length,vlm_judge,vlm_questions,"
                    + "vlm_question_lines,"
                    + "geneval_server,geneval_server_reward,geneval_server_strict,"
                    + "geneval_graded*format,correction(geneval_graded)*format",
                "reward.judge.endpoint.url=http://localhost:1",
                "reward.judge.endpoint.model=m",
                "reward.geneval_server.service.url=http://localhost:2"));
    List<String> names = settings.plan().stages().get("reason").observed();
    assertThat(settings.source().load(names)).extracting(reward -> reward.name()).isEqualTo(names);
  }

  @Test
  void aJudgeMayHaveSeveralEndpoints() throws IOException {
    TandemConfig config = load(JUDGED);
    assertThat(config.reward().judge().endpoint().url())
        .containsExactly("http://gpu1:8000/v1", "http://gpu2:8000/v1");
    Path printed = Files.writeString(folder.resolve("test.yaml"), ConfigWriter.toYaml(config));
    assertThat(ConfigLoader.load(null, printed, new Properties(), List.of())).isEqualTo(config);
  }

  @Test
  void whatARewardLacksIsSaidBeforeTheRun() {
    assertRefused("Unknown reward: formt (expected one of", "reward.reason.text.formt=1");
    assertRefused(
        "Reward vlm_judge is used, but nothing is set for reward.judge.endpoint.url",
        "reward.reason.image.vlm_judge=1");
    assertRefused(
        "nothing is set for reward.hps.image and reward.hps.text", "reward.reason.observed=hps");
    assertRefused("No judge's template at none.txt", "reward.judge.template=none.txt");
    assertRefused(
        "section 'reward.clip': Invalid scale: 0.0 (must be positive)", "reward.clip.scale=0");
  }

  @Test
  void aLengthPenaltyKnowsTheLongestTextOfItsStage() {
    TandemConfig config = load("reward.length.kind=soft", "reward.length.max_tokens.reason=64");
    assertThat(config.reward().length().settings())
        .isEqualTo(new LengthPenalty.Settings(LengthPenalty.Kind.SOFT, 16, Map.of("reason", 64)));
    assertRefused(
        "Invalid max_tokens.reason: 6.5 (must be a whole number, at least 1)",
        "reward.length.max_tokens.reason=6.5");
    assertRefused(
        "Invalid buffer: 16 (must be from 1 to the longest text of stage reason, 8 tokens)",
        "reward.length.kind=soft",
        "reward.length.max_tokens.reason=8");
  }

  @Test
  void r3RewardsAScoreWhereTheTextHasItsForm() {
    TandemConfig r3 = ConfigLoader.load("r3", null, new Properties(), List.of());
    assertThat(settings(r3).plan().stages().get("reason").text())
        .containsExactly(new Term("format", 1), new Term("geneval_graded*format", 1));
    assertThat(settings(r3).plan().stages().get("reason").image())
        .containsExactly(new Term("geneval_graded", 1));
  }

  @Test
  void aRunMayGoOnWithOtherServersButNotWithAnotherJudge() {
    String stored = ConfigWriter.toYaml(load(JUDGED));
    TandemConfig moved =
        load(
            JUDGED[0],
            "reward.judge.endpoint.url=http://gpu3:8000/v1",
            JUDGED[2],
            "reward.judge.endpoint.request_timeout=5",
            "reward.geneval_server.service.in_flight=9",
            "reward.max_failed_share=0.2");
    assertThat(ConfigDifference.between(stored, ConfigWriter.toYaml(moved))).isEmpty();
    TandemConfig other = load(JUDGED[0], JUDGED[1], "reward.judge.endpoint.model=llava");
    assertThat(ConfigDifference.between(stored, ConfigWriter.toYaml(other)))
        .containsExactly("reward.judge.endpoint.model was qwen, is llava");
  }

  @Test
  void aKeyThatCameWithALaterVersionHadItsDefaultUntilThen() {
    String earlier =
        ConfigWriter.toYaml(load(JUDGED))
            .lines()
            .filter(line -> !line.contains("questions_template") && !line.contains("exact_below"))
            .collect(Collectors.joining("\n"));
    assertThat(ConfigDifference.between(earlier, ConfigWriter.toYaml(load(JUDGED)))).isEmpty();
    TandemConfig changed = load(JUDGED[0], JUDGED[1], JUDGED[2], "pairs.retrieval.exact_below=1");
    assertThat(ConfigDifference.between(earlier, ConfigWriter.toYaml(changed)))
        .containsExactly("pairs.retrieval.exact_below was 1.0E12, is 1.0");
  }

  private static RewardSettings settings(TandemConfig config) {
    return config.reward().settings(EnumSet.allOf(Side.class), config.advantage());
  }

  private static void assertRefused(String message, String... assignments) {
    assertThatThrownBy(() -> load(assignments))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  private static TandemConfig load(String... assignments) {
    return ConfigLoader.load(null, null, new Properties(), List.of(assignments));
  }
}
