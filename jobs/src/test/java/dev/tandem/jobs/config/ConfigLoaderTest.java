package dev.tandem.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.learner.config.ImageLoss;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.ClippedSurrogate;
import dev.tandem.learner.objective.LatentKl;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.training.LoraSettings;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void rolloutsAreGuidedInR3Only() {
    assertThat(load().rollout().image().guidance()).isEqualTo(Guidance.NONE);
    assertThat(
            ConfigLoader.load("r3", null, new Properties(), List.of()).rollout().image().guidance())
        .isEqualTo(new Guidance(4.0, 1.5, 0.4, 1.0, Guidance.Renorm.TEXT_CHANNEL, 0));
  }

  @Test
  void guidanceThatIsNoneNamesItsKey() {
    assertThatThrownBy(() -> load("rollout.image.guidance.text_scale=0.5"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "section 'rollout.image.guidance': Invalid guidance: text_scale 0.5 (expected");
    assertThatThrownBy(() -> load("rollout.image.guidance.renorm=text"))
        .hasMessageContaining("key 'rollout.image.guidance.renorm' (--set): found 'text'")
        .hasMessageContaining("global, channel, text_channel");
  }

  @Test
  void adaptersAndMicroBatchesAreChecked() {
    assertThat(
            load("learner.lora.rank=8", "learner.lora.targets=*q_proj*,*v_proj*").learner().lora())
        .isEqualTo(new LoraSettings(8, 16, List.of("*q_proj*", "*v_proj*")));
    assertThatThrownBy(
            () -> load("learner.lora.rank=-1", "learner.optimizer.schedule.min_factor=2"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "section 'learner.lora': Invalid rank: -1 (must be at least 1, or 0 for full training)")
        .hasMessageContaining("Invalid min_factor: 2.0 (must be between 0 and 1)");
    assertThatThrownBy(() -> load("learner.lora.alpha=0"))
        .hasMessageContaining("Invalid alpha: 0.0 (must be positive)");
    assertThatThrownBy(() -> load("learner.micro_batch=-1"))
        .hasMessageContaining("Invalid micro_batch: -1 (must be at least 0)");
    assertThatThrownBy(() -> load("evaluation.averaged_weights=true"))
        .hasMessageContaining(
            "Invalid evaluation.averaged_weights: true (learner.optimizer.ema_decay is 0.0: no averages are kept)");
  }

  @Test
  void anAlarmCanBeSwitchedOff() throws IOException {
    TandemConfig config = load("learner.logp_alarm=.inf");
    Path printed = file(ConfigWriter.toYaml(config));

    assertThat(config.learner().logpAlarm()).isInfinite();
    assertThat(ConfigLoader.load(null, printed, new Properties(), List.of())).isEqualTo(config);
    assertThatThrownBy(() -> load("learner.logp_alarm=0"))
        .hasMessageContaining("Invalid logp_alarm: 0.0 (must be positive; .inf switches it off)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rollout.reason.temperature",
        "rollout.image.shift",
        "rollout.image.noise_level",
        "rollout.image.guidance.image_scale",
        "reward.reason.text.format",
        "advantage.epsilon",
        "learner.text.clip_low",
        "learner.optimizer.max_grad_norm",
        "evaluation.temperature"
      })
  void whatIsUsedAsANumberMustBeFinite(String key) {
    assertThatThrownBy(() -> load(key + "=.inf"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Infinity");
  }

  @ParameterizedTest
  @EnumSource
  void everyTextLossCanBeChosen(TextLoss loss) {
    TextLossConfig text = load("learner.text.loss=" + Scalars.word(loss)).learner().text();

    assertThat(text.loss()).isEqualTo(loss);
    assertThat(text.objective().surrogate()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void everyImageLossCanBeChosen(ImageLoss loss) {
    ImageLossConfig image = load("learner.image.loss=" + Scalars.word(loss)).learner().image();

    assertThat(image.loss()).isEqualTo(loss);
    assertThat(image.objective().surrogate()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void everyFormOfTheLatentDivergenceCanBeChosen(LatentKl form) {
    LearnerConfig learner =
        load(
                "learner.image.velocity_mse_weight=0",
                "learner.image.latent_kl_weight=0.001",
                "learner.image.latent_kl=" + Scalars.word(form))
            .learner();

    assertThat(learner.image().latentKl()).isEqualTo(form);
    assertThat(learner.needsReference()).isTrue();
  }

  @Test
  void lossesThatDoNotExistAreRefusedWithTheChoices() {
    assertThatThrownBy(
            () ->
                load(
                    "learner.text.loss=ppo",
                    "learner.text.ratio.level=word",
                    "learner.text.kl.estimate=k4",
                    "learner.image.loss=nft",
                    "learner.text.sapo.temperature_negative=0"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "found 'ppo', expected one of clip, cispo, gpg, sapo, vespo, geo_mean, drpo")
        .hasMessageContaining("found 'word', expected one of token, sequence, sequence_token")
        .hasMessageContaining("found 'k4', expected one of k1, k2, k3, k3_bounded, abs")
        .hasMessageContaining("found 'nft', expected one of clip, kl_mask")
        .hasMessageContaining(
            "section 'learner.text.sapo': Invalid temperature_negative: 0.0 (must be positive and finite)");
    assertThatThrownBy(() -> load("learner.text.dual_clip=1"))
        .hasMessageContaining(
            "section 'learner.text': Invalid dual_clip: 1.0 (must be above 1; .inf switches it off)");
  }

  @Test
  void theUpperRangeOfStepsIsTheLowerOneUnlessItIsNamed() {
    assertThat(load("learner.image.clip=0.1").learner().image().objective().surrogate())
        .isEqualTo(new ClippedSurrogate(ClipRange.symmetric(0.1)));
    assertThat(
            load("learner.image.clip=0.1", "learner.image.clip_high=0.5")
                .learner()
                .image()
                .objective()
                .surrogate())
        .isEqualTo(new ClippedSurrogate(new ClipRange(0.1, 0.5)));
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
