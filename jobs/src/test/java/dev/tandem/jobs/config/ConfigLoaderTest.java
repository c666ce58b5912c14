package dev.tandem.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.reward.RewardPlan;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ConfigLoaderTest {
  private static final List<String> PRESETS = ConfigLoader.PRESETS;

  @TempDir private Path folder;

  @Test
  void defaultsAreComplete() {
    assertThat(load().pairs().threshold()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @FieldSource("PRESETS")
  void everyPresetLoadsAndPrintsAsTheFileThatLoadsItAgain(String preset) throws IOException {
    TandemConfig config = ConfigLoader.load(preset, null, new Properties(), List.of());
    Path printed = file(ConfigWriter.toYaml(config));

    assertThat(ConfigLoader.load(null, printed, new Properties(), List.of())).isEqualTo(config);
  }

  @Test
  void commandLineWinsOverSparkConfOverFileOverPreset() throws IOException {
    Path file = file("run:\n  seed: 2\n  iterations: 3\n  name: from-file\n");
    Properties conf = new Properties();
    conf.setProperty("spark.tandem.run.seed", "4");
    conf.setProperty("spark.tandem.run.iterations", "5");

    TandemConfig.Run run = ConfigLoader.load("quickstart", file, conf, List.of("run.seed=6")).run();

    assertThat(List.of(run.seed(), run.iterations(), run.name()))
        .isEqualTo(List.of(6L, 5, "from-file"));
  }

  @Test
  void unknownKeyNamesTheNearestKnownOneAndTheLineWhereItStands() throws IOException {
    Path file = file("run:\n  seed: 1\nadvantage:\n  dynamic_filtre: true\n");

    assertThatThrownBy(() -> ConfigLoader.load(null, file, new Properties(), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Invalid configuration: unknown key 'advantage.dynamic_filtre' (%s line 4);"
                    .formatted(file)
                + " the nearest known key is 'advantage.dynamic_filter'");
  }

  @Test
  void aKeyWithoutItsSectionIsStillRecognised() {
    assertThatThrownBy(() -> load("threshold=1"))
        .hasMessageContaining("unknown key 'threshold' (--set)")
        .hasMessageContaining("'pairs.threshold'");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThatThrownBy(
            () -> load("run.seed=many", "pairs.matching=gredy", "rollout.group=1", "run=3", "x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("5 problems")
        .hasMessageContaining("key 'run.seed' (--set): found 'many', expected a whole number")
        .hasMessageContaining(
            "key 'pairs.matching' (--set): found 'gredy', expected one of greedy, ordered")
        .hasMessageContaining("section 'rollout': Invalid group: 1 (must be at least 2)")
        .hasMessageContaining("key 'run' (--set): found a value, expected a section")
        .hasMessageContaining("--set 'x': expected key=value");
  }

  @Test
  void nothingIsAllowedWhereAValueIsOptional() {
    assertThat(load("run.policy=x").run().policy()).isEqualTo("x");
    assertThat(load("run.policy=null").run().policy()).isNull();
    assertThatThrownBy(() -> load("run.seed=null"))
        .hasMessageContaining("found nothing, expected a whole number");
  }

  @Test
  void freeSectionsTakeAnyKeyAndZeroTakesARewardOut() {
    TandemConfig config =
        load("reward.reason.text.geneval_graded=0", "reward.reason.text.format=0.5");

    assertThat(config.reward().reason().plan().text())
        .containsExactly(new RewardPlan.Term("format", 0.5));
  }

  @Test
  void brokenYamlNamesFileAndLine() throws IOException {
    Path file = file("run:\n  seed: [1\n");

    assertThatThrownBy(() -> ConfigLoader.load(null, file, new Properties(), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Cannot read " + file + " line");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("none.yaml");

    assertThatThrownBy(() -> ConfigLoader.load("quickstrat", missing, new Properties(), List.of()))
        .hasMessageContaining("no file '" + missing + "' (--config)")
        .hasMessageContaining("unknown preset 'quickstrat' (--preset); the nearest known one is");
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("test.yaml"), yaml);
  }

  private static TandemConfig load(String... assignments) {
    return ConfigLoader.load(null, null, new Properties(), List.of(assignments));
  }
}
