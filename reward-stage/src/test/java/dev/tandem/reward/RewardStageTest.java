package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardStageTest {
  private static final double ROUNDING = 1e-12;

  private static final RewardPlan PLAN =
      RewardPlan.of(
          Map.of(
              "understand",
              StageRewards.ofText(List.of(new Term("accuracy", 1))).observing("length")));

  private static Warehouse warehouse;

  @BeforeAll
  static void openWarehouse(@TempDir Path folder) {
    warehouse = Warehouse.open(TestSpark.session(), folder.toString());
    warehouse.append(Table.SAMPLES, samples());
    warehouse.append(
        Table.PAIRS,
        frame(
            "pair_id STRING, build_id STRING, generation_sample_id STRING,"
                + " understanding_sample_id STRING, pair_type STRING, similarity DOUBLE,"
                + " weight DOUBLE",
            List.of(RowFactory.create("pair", "build", "s", "sample", "retrieved", 0.64, 0.8))));
  }

  @Test
  void scoresOnceHoweverOftenItRuns() {
    writeRollouts("twice", "A", "B", "a dog", "B.");
    RewardStage stage = stage(0.05);

    stage.write(stage.score("twice", 1));
    ScoredIteration scored = stage.score("twice", 1);
    stage.write(scored);
    RewardSummary summary = scored.summary();

    List<Row> rewards = rewards("twice").sort("rollout_id", "reward").collectAsList();

    assertThat(rewards).hasSize(8);
    assertThat(rewards.stream().filter(row -> row.getAs("reward").equals("accuracy")))
        .extracting(row -> row.<Double>getAs("value"))
        .containsExactly(0.0, 1.0, 1.0, 1.0);
    assertThat(rewards).extracting(row -> row.<Integer>getAs("attempt")).containsOnly(1);
    assertThat(summary.mean("understand", "accuracy").orElseThrow()).isEqualTo(0.75);
    assertThat(summary.metrics())
        .containsEntry("reward/understand/accuracy", 0.75)
        .containsEntry("reward/understand/accuracy/shape", 0.75)
        .containsEntry("reward/understand/length", 2.25);
  }

  @Test
  void advantagesFollowTheRewards() {
    writeRollouts("follow", "A", "B");
    RewardStage stage = stage(0.05);
    ScoredIteration scored = stage.score("follow", 1);
    stage.advantages(scored);
    stage.advantages(scored);
    List<Row> batches = batches("follow");

    // Rewards 0 and 1: sample deviation sqrt(1/2), pair weight 0.8.
    double expected = 0.5 / (Math.sqrt(0.5) + 1e-4) * 0.8;
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).<Double>getAs("text_advantage"))
        .isCloseTo(-expected, within(ROUNDING));
    assertThat(batches.get(1).<Double>getAs("text_advantage"))
        .isCloseTo(expected, within(ROUNDING));
  }

  @Test
  void aFailureIsWrittenWithItsReasonAndTolerated() {
    writeRollouts("failing", "A", "B", "throw", "B");
    RewardStage stage = stage(0.25);

    ScoredIteration scored = stage.score("failing", 1);
    stage.write(scored);
    stage.advantages(scored);
    List<Row> batches = batches("failing");
    RewardSummary summary = scored.summary();

    assertThat(summary.failed()).isEqualTo(1);
    assertThat(summary.mean("understand", "accuracy").orElseThrow())
        .isCloseTo(2.0 / 3, within(ROUNDING));
    List<Row> rewards =
        rewards("failing").filter("reward = 'accuracy'").sort("rollout_id").collectAsList();
    assertThat(rewards.get(2).<Object>getAs("value")).isNull();
    assertThat(rewards.get(2).<String>getAs("failure_kind")).isEqualTo("error");
    assertThat(rewards.get(2).<String>getAs("failure"))
        .isEqualTo("IllegalStateException: the judge is away");
    assertThat(batches.get(2).<String>getAs("drop_reason")).isEqualTo("reward_failed");
    assertThat(batches.get(0).<Integer>getAs("group_size")).isEqualTo(3);
  }

  @Test
  void tooManyFailuresStopTheRunAndNameTheReasons() {
    writeRollouts("stopped", "A", "throw", "throw", "B");
    assertThatThrownBy(() -> stage(0.25).score("stopped", 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Too many rewards failed in iteration 1 of run stopped: 2 of 4, 50.0 % (expected at"
                + " most max_failed_share = 25.0 %). Commonest reasons: 2 x accuracy:"
                + " IllegalStateException: the judge is away. Nothing is lost: all scores and failures"
                + " are in table rewards. Mend the cause, or raise reward.max_failed_share, and run"
                + " the same command again; it scores what was sampled.");
    assertThat(rewards("stopped").count()).isEqualTo(8);
  }

  private static List<Row> batches(String runId) {
    return warehouse.read(Table.BATCHES, runId, 1).sort("sample_index").collectAsList();
  }

  private static Dataset<Row> rewards(String runId) {
    return warehouse.read(Table.REWARDS).filter(col("run_id").equalTo(runId));
  }

  private static RewardStage stage(double maxFailedShare) {
    return new RewardStage(
        warehouse,
        new RewardSettings(PLAN, AdvantageSettings.DEFAULT, maxFailedShare),
        RewardStageTest::load);
  }

  private static List<Reward> load(Collection<String> names) {
    return names.stream()
        .<Reward>map(name -> name.equals("length") ? new LengthReward() : new FragileAccuracy())
        .toList();
  }

  private static void writeRollouts(String runId, String... texts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      rows.add(
          RowFactory.create(
              runId,
              1,
              runId + "-" + i,
              "understand",
              "pair",
              runId + "-group",
              i,
              "sample",
              "What?",
              new Integer[0],
              new Float[0],
              texts[i],
              0L,
              "version",
              "driver",
              "cpu",
              Map.of()));
    }
    Dataset<Row> rollouts =
        frame(
            "run_id STRING, iteration INT, rollout_id STRING, stage STRING, pair_id STRING,"
                + " group_id STRING, sample_index INT, sample_id STRING, prompt STRING,"
                + " token_ids ARRAY<INT>, token_logprobs ARRAY<FLOAT>, text STRING, seed BIGINT,"
                + " policy_version STRING, executor STRING, device STRING,"
                + " timings MAP<STRING, DOUBLE>",
            rows);
    warehouse.replace(Table.ROLLOUTS, runId, 1, rollouts);
  }

  private static Dataset<Row> samples() {
    return frame(
        "sample_id STRING, side STRING, question STRING, options ARRAY<STRING>, answer STRING,"
            + " tag STRING, metadata STRING, extra STRING, source STRING, provenance STRING",
        List.of(
            RowFactory.create(
                "sample",
                "understanding",
                "What?",
                new String[] {"a cat", "a dog"},
                "B",
                "shape",
                "{}",
                "{}",
                "a.jsonl:1",
                "imported")));
  }

  private static Dataset<Row> frame(String ddl, List<Row> rows) {
    return TestSpark.session().createDataFrame(rows, StructType.fromDDL(ddl)).coalesce(1);
  }

  /** The accuracy reward, but for a text that breaks it. */
  private static final class FragileAccuracy implements SingleReward {
    private final AccuracyReward accuracy = new AccuracyReward();

    @Override
    public String name() {
      return accuracy.name();
    }

    @Override
    public Set<Need> needs() {
      return accuracy.needs();
    }

    @Override
    public Range range() {
      return accuracy.range();
    }

    @Override
    public RewardOutcome score(ScoringInput input) {
      if (input.text().equals(Optional.of("throw"))) {
        throw new IllegalStateException("the judge is away\nand more");
      }
      return accuracy.score(input);
    }
  }

  /** The number of characters. */
  private static final class LengthReward implements SingleReward {
    @Override
    public String name() {
      return "length";
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.TEXT);
    }

    @Override
    public Range range() {
      return new Range(0, Double.MAX_VALUE);
    }

    @Override
    public RewardOutcome score(ScoringInput input) {
      return new RewardOutcome.Value(input.text().orElseThrow().length(), "{}");
    }
  }
}
