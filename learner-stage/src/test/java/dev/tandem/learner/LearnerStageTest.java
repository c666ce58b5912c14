package dev.tandem.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.batch.BatchReader;
import dev.tandem.learner.batch.BatchSettings;
import dev.tandem.learner.batch.FetchedRollouts;
import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.learner.testing.TableWriter;
import dev.tandem.learner.testing.ToyPolicy;
import dev.tandem.learner.testing.ToyRollouts;
import dev.tandem.learner.update.PolicyUpdate;
import dev.tandem.learner.update.Training;
import dev.tandem.learner.update.Training.SavedState;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnerStageTest {
  private static final Map<String, TextSampling> SAMPLING =
      Map.of(
          "reason", TextSampling.atTemperature(ToyRollouts.TEMPERATURE, ToyRollouts.MAX_TOKENS),
          "understand",
              TextSampling.atTemperature(ToyRollouts.TEMPERATURE, ToyRollouts.MAX_TOKENS));
  private static final Guidance GUIDANCE =
      new Guidance(4, 1.5, 0.4, 1, Guidance.Renorm.TEXT_CHANNEL, 0);
  private static final LearnerConfig CONFIG = LearnerConfigs.with(Anchor.AUTO, 1, 1, 2);
  private static final RgbImage IMAGE = new RgbImage(2, 2, new byte[12]);

  @TempDir static Path folder;

  private static Warehouse warehouse;
  private static Path start;

  @BeforeAll
  static void open() {
    Torch.use();
    warehouse = Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
    new TableWriter(warehouse, "all").sample("sample-b", IMAGE.toPng(), 2);
    start = folder.resolve("start");
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      policy.save(start);
    }
  }

  @Test
  void rowsComeBackAsTheGroupsThatWereWritten() {
    List<TrainingGroup> written;
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      written = batch(policy).stream().sorted(TrainingGroup.ORDER).toList();
    }
    new TableWriter(warehouse, "read").write(1, written);

    List<TrainingGroup> read = read("read");

    assertThat(read).extracting(TrainingGroup::groupId).containsExactly("a", "c", "b");
    for (int i = 0; i < read.size(); i++) {
      assertSameMembers(read.get(i), written.get(i));
      assertThat(read.get(i).maxTokens()).isEqualTo(ToyRollouts.MAX_TOKENS);
      assertThat(read.get(i).trajectories().temperature()).isEqualTo(ToyRollouts.TEMPERATURE);
      assertThat(read.get(i).trajectories().guidance()).isEqualTo(GUIDANCE);
    }
    String prompt = "a photo of a red circle";
    assertThat(read.get(0).trajectories().context()).isEqualTo(Prompts.reason(prompt));
    assertThat(read.get(2).trajectories().context()).isEqualTo(Prompts.understand(IMAGE, prompt));
  }

  @Test
  void orderOfRowsInTheTableDoesNotMatter() throws IOException {
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      new TableWriter(warehouse, "order").write(1, batch(policy));
      new TableWriter(warehouse, "order").writeReversed(2, batch(policy));
    }
    Path one = folder.resolve("order-1");
    Path two = folder.resolve("order-2");
    UpdateResult first = stage().update(request("order", 1, start, one));
    UpdateResult second = stage().update(request("order", 2, start, two));

    assertThat(Files.readAllBytes(two.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(one.resolve("model.safetensors")));
    assertThat(second.policyVersion()).isEqualTo(first.policyVersion());
    assertThat(second.metrics()).isEqualTo(first.metrics());
  }

  @Test
  void anUpdateMayBePreparedBeforeItsRolloutsHaveCredit() throws IOException {
    List<TrainingGroup> groups;
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      groups = batch(policy);
    }
    TableWriter writer = new TableWriter(warehouse, "early");
    writer.writeRollouts(1, groups);
    Path early = folder.resolve("early");
    Path late = folder.resolve("late");
    try (PendingUpdate pending = stage().prepare(request("early", 1, start, early))) {
      writer.writeBatches(1, groups);
      pending.update();
    }
    stage().update(request("early", 1, start, late));

    assertThat(Files.readAllBytes(early.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(late.resolve("model.safetensors")));
  }

  /** Identifiers of groups hold the run's name and order them differently in every run. */
  @Test
  void identifiersOfGroupsChangeNoBit() throws IOException {
    List<TrainingGroup> groups;
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      groups = batch(policy);
    }
    new TableWriter(warehouse, "name").write(1, groups);
    List<String> others = List.of("z", "y", "x");
    List<TrainingGroup> renamed = new ArrayList<>();
    for (TrainingGroup group : groups) {
      renamed.add(renamed(group, others.get(renamed.size())));
    }
    new TableWriter(warehouse, "other name").write(1, renamed);
    Path one = folder.resolve("name-1");
    Path two = folder.resolve("other-1");
    // Two mini-batches: their choice must not depend on identifiers either.
    LearnerStage stage =
        new LearnerStage(warehouse, LearnerConfigs.with(Anchor.AUTO, 2, 2, 2), ToyPolicy.STORE);
    UpdateResult first = stage.update(request("name", 1, start, one));
    UpdateResult second = stage.update(request("other name", 1, start, two));

    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(Files.readAllBytes(two.resolve(file)))
          .isEqualTo(Files.readAllBytes(one.resolve(file)));
    }
    assertThat(second.metrics()).isEqualTo(first.metrics());
  }

  @Test
  void rolloutsOfOtherWeightsAreTheUsersError() {
    try (ToyPolicy other = ToyPolicy.random(9)) {
      new TableWriter(warehouse, "mismatch").write(4, batch(other));
    }
    Path output = folder.resolve("mismatch-4");

    assertThatThrownBy(() -> stage().update(request("mismatch", 4, start, output)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "Cannot train run 'mismatch', iteration 4: rollout_replay_logp_absdiff is ")
        .hasMessageContaining("(expected at most 0.001, learner.logp_alarm)")
        .hasMessageContaining(start.toString())
        .hasMessageContaining("policy_version");
    assertThat(output).doesNotExist();
  }

  @Test
  void resumedTrainingEqualsUninterruptedTrainingBitForBit() {
    List<TrainingGroup> one;
    List<TrainingGroup> two;
    double[] expected;
    try (ToyPolicy policy = ToyPolicy.load(start);
        ToyPolicy reference = ToyPolicy.load(start);
        Training training =
            Training.resume(CONFIG.optimizer(), policy.parameters(), SavedState.empty(), 0)) {
      one = batch(policy);
      run(policy, reference, training, one, 1);
      two = batch(policy);
      run(policy, reference, training, two, 2);
      expected = policy.values(ToyPolicy.BIGRAM);
    }
    TableWriter tables = new TableWriter(warehouse, "resume");
    tables.write(1, one);
    tables.write(2, two);
    Path first = folder.resolve("resume-1");
    Path second = folder.resolve("resume-2");
    stage().update(request("resume", 1, start, first));
    stage().update(request("resume", 2, first, second));

    try (ToyPolicy policy = ToyPolicy.load(second)) {
      assertThat(policy.values(ToyPolicy.BIGRAM)).containsExactly(expected);
    }
  }

  /** Sums of gradients fall into other parts: AdamW's first steps pass their rounding on. */
  private static final double RANK_ROUNDING = 1e-5;

  @ParameterizedTest
  @CsvSource({"AUTO, 1, 1", "AUTO, 2, 2", "ROLLOUT, 2, 1"})
  void twoRanksTrainAsOne(Anchor anchor, int epochs, int miniBatches) {
    String run = "ranks-%s-%d-%d".formatted(anchor, epochs, miniBatches);
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      new TableWriter(warehouse, run).write(1, batch(policy));
    }
    LearnerConfig config = LearnerConfigs.with(anchor, epochs, miniBatches, 2);
    Path alone = folder.resolve(run + "-alone");
    Path together = folder.resolve(run + "-together");
    UpdateResult expected = stage(config).update(request(run, 1, start, alone));
    UpdateResult found =
        stage(LearnerConfigs.onRanks(config, 2)).update(request(run, 1, start, together));

    try (ToyPolicy a = ToyPolicy.load(alone);
        ToyPolicy b = ToyPolicy.load(together)) {
      for (String name : List.of(ToyPolicy.BIGRAM, ToyPolicy.WEIGHT)) {
        assertThat(b.values(name)).containsExactly(a.values(name), within(RANK_ROUNDING));
      }
    }
    assertThat(found.metrics()).containsOnlyKeys(expected.metrics().keySet());
    for (String name :
        List.of(
            "groups",
            "groups_trained",
            "loss/total",
            "ratio/flow_mean",
            "grad_norm",
            "optimizer_steps",
            "rollout_replay_logp_absdiff",
            "work/padding_share")) {
      assertThat(found.metrics().get(name))
          .as(name)
          .isCloseTo(expected.metrics().get(name), within(RANK_ROUNDING));
    }
  }

  @Test
  void mismatchOfTwoRanksIsTheUsersErrorToo() {
    try (ToyPolicy other = ToyPolicy.random(9)) {
      new TableWriter(warehouse, "ranks-mismatch").write(4, batch(other));
    }
    Path output = folder.resolve("ranks-mismatch-4");

    assertThatThrownBy(
            () ->
                stage(LearnerConfigs.onRanks(CONFIG, 2))
                    .update(request("ranks-mismatch", 4, start, output)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Cannot train run 'ranks-mismatch', iteration 4: ");
    assertThat(output).doesNotExist();
  }

  @Test
  void moreRanksThanOneProcessHasThreadsIsTheUsersError() {
    assertThatThrownBy(
            () ->
                stage(LearnerConfigs.onRanks(CONFIG, 99))
                    .update(request("slots", 1, start, folder.resolve("slots"))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "Cannot update with learner.ranks=99: Spark runs in one process with 2 threads");
  }

  @Test
  void repeatedUpdateReplacesWhatAnInterruptedOneLeft() throws IOException {
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      new TableWriter(warehouse, "again").write(1, batch(policy));
    }
    Path output = folder.resolve("again-1");
    UpdateResult first = stage().update(request("again", 1, start, output));
    byte[] optimizer = Files.readAllBytes(output.resolve("optimizer.safetensors"));
    Files.delete(output.resolve("learner.json"));
    Path leftover = folder.resolve(".again-1.new");
    Files.createDirectories(leftover);
    Files.writeString(leftover.resolve("model.safetensors"), "torn");

    UpdateResult second = stage().update(request("again", 1, start, output));

    assertThat(second.policyVersion()).isEqualTo(first.policyVersion());
    assertThat(second.metrics()).isEqualTo(first.metrics());
    assertThat(leftover).doesNotExist();
    assertThat(output.resolve("learner.json")).content().contains("\"steps\" : 1");
    assertThat(output.resolve("ema.safetensors")).exists();
    assertThat(Files.readAllBytes(output.resolve("optimizer.safetensors"))).isEqualTo(optimizer);
  }

  @Test
  void rolloutWithoutRowInBatchesIsAnError() {
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      new TableWriter(warehouse, "gap").write(1, batch(policy));
    }
    warehouse.replace(
        Table.BATCHES,
        "gap",
        1,
        warehouse.read(Table.BATCHES).where("run_id = 'gap' AND rollout_id <> 'a-1'"));

    assertThatThrownBy(() -> read("gap"))
        .hasMessage("Cannot train on group a: rollout a-1 has no row in batches");
  }

  @Test
  void groupThatLacksAMemberIsAnError() {
    try (ToyPolicy policy = ToyPolicy.load(start)) {
      new TableWriter(warehouse, "hole").write(1, batch(policy));
    }
    warehouse.replace(
        Table.ROLLOUTS,
        "hole",
        1,
        warehouse.read(Table.ROLLOUTS).where("run_id = 'hole' AND rollout_id <> 'c-0'"));

    assertThatThrownBy(() -> read("hole"))
        .hasMessage(
            "Cannot train on group c: found sample index 1, expected 0 (each index from 0 once)");
  }

  private static List<TrainingGroup> read(String runId) {
    BatchReader reader = new BatchReader(warehouse);
    try (FetchedRollouts rollouts = reader.fetch(runId, 1);
        TrainingBatch batch =
            rollouts.with(
                reader.credit(runId, 1),
                new BatchSettings(SAMPLING, GUIDANCE, SystemPrompts.NONE))) {
      return batch.groups().stream().map(batch::read).toList();
    }
  }

  private static LearnerStage stage() {
    return stage(CONFIG);
  }

  private static LearnerStage stage(LearnerConfig config) {
    return new LearnerStage(warehouse, config, ToyPolicy.STORE);
  }

  private static UpdateRequest request(String runId, int iteration, Path policy, Path output) {
    return new UpdateRequest(
        runId, iteration, 5, policy, start, output, SAMPLING, GUIDANCE, SystemPrompts.NONE);
  }

  private static void run(
      ToyPolicy policy,
      ToyPolicy reference,
      Training training,
      List<TrainingGroup> groups,
      int iteration) {
    try (PolicyUpdate update = new PolicyUpdate(CONFIG, policy, reference, training)) {
      update.run(groups, RandomKey.of(5).with("learner").with(iteration));
    }
  }

  private static List<TrainingGroup> batch(ToyPolicy policy) {
    return List.of(
        ToyRollouts.reason(policy, "a", 1.0, -0.5, -0.5, null),
        ToyRollouts.understand(policy, "b", 0.7, -0.7),
        ToyRollouts.reason(policy, "c", -1.2, 0.3, 0.9));
  }

  private static TrainingGroup renamed(TrainingGroup group, String groupId) {
    return new TrainingGroup(
        groupId,
        group.stage(),
        group.pairId(),
        group.trajectories(),
        group.members(),
        group.maxTokens());
  }

  private static void assertSameMembers(TrainingGroup read, TrainingGroup written) {
    assertThat(read.stage()).isEqualTo(written.stage());
    assertThat(read.members()).hasSameSizeAs(written.members());
    for (int i = 0; i < read.members().size(); i++) {
      Member found = read.members().get(i);
      Member expected = written.members().get(i);
      assertThat(found.sampleIndex()).isEqualTo(expected.sampleIndex());
      assertThat(found.tokenLogProbs()).containsExactly(expected.tokenLogProbs());
      assertThat(found.textAdvantage()).isEqualTo(expected.textAdvantage());
      assertThat(found.imageAdvantage()).isEqualTo(expected.imageAdvantage());
      assertThat(found.trajectory())
          .usingRecursiveComparison()
          .isEqualTo((Trajectory) expected.trajectory());
    }
  }
}
