package dev.tandem.bench.overlap;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.ServiceSettings;
import dev.tandem.jobs.train.ScoringListener;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.TextSampling;
import dev.tandem.reward.AdvantageSettings;
import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.RewardPlan;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.reward.RewardSettings;
import dev.tandem.reward.RewardStage;
import dev.tandem.reward.Scoring;
import dev.tandem.reward.catalog.CatalogSettings;
import dev.tandem.reward.catalog.GenEvalServerSettings;
import dev.tandem.reward.catalog.RewardCatalog;
import dev.tandem.reward.judge.JudgePrompts;
import dev.tandem.reward.judge.JudgeSettings;
import dev.tandem.rollout.RolloutRequest;
import dev.tandem.rollout.RolloutStage;
import dev.tandem.rollout.StageSampling;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SparkSessions;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Samples groups with the bundled policy and has every image judged by a server that takes as long
 * as the sampling: first the one, then the other, then both at once, in turns. Prints the medians,
 * and what both at once take as a multiple of the longer one.
 */
public final class OverlapRun {
  private static final int THREADS = 2;
  private static final int GROUP = 16;
  private static final int IN_FLIGHT = 8; // of a task, as in the defaults
  private static final int AT_ONCE = 8; // so that one waits behind each that the judge works on
  private static final int WARM_UP = 4;
  private static final int TURNS = 5;
  private static final String RUN = "overlap";

  private final Warehouse warehouse;
  private final Path policy;
  private final JudgeProcess judge;
  private int iteration;

  private OverlapRun(Warehouse warehouse, Path policy, JudgeProcess judge) {
    this.warehouse = warehouse;
    this.policy = policy;
    this.judge = judge;
  }

  /**
   * @param args the warehouse of a run, the folder of its policy, numbers of pairs
   */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSessions.local("overlap", THREADS).getOrCreate();
        JudgeProcess judge = JudgeProcess.start()) {
      OverlapRun run = new OverlapRun(Warehouse.open(spark, args[0]), Path.of(args[1]), judge);
      for (String pairs : args[2].split(",")) {
        run.measure(run.groups(Integer.parseInt(pairs)));
      }
    }
  }

  private Dataset<Row> groups(int pairs) {
    List<Row> rows =
        warehouse
            .read(Table.PAIRS)
            .orderBy("pair_id")
            .limit(pairs)
            .select(
                lit("reason").as("stage"),
                col("pair_id"),
                col("generation_sample_id").as("sample_id"),
                concat(lit("group-"), col("pair_id")).as("group_id"),
                lit(GROUP).as("group_size"))
            .collectAsList();
    return warehouse.spark().createDataFrame(rows, rows.get(0).schema());
  }

  private void measure(Dataset<Row> groups) {
    double usual = warmUp(groups);
    long images = groups.count() * GROUP;
    RewardStage stage = stage(Duration.ofNanos(Math.round(1e9 * usual * AT_ONCE / images)));
    List<Cost> sampling = new ArrayList<>();
    List<Cost> scoring = new ArrayList<>();
    List<Cost> both = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      sampling.add(Cost.of(() -> sample(groups), judge));
      scoring.add(Cost.of(() -> score(stage), judge));
      both.add(Cost.of(() -> sampleAndScore(groups, stage), judge));
    }
    print(images, Cost.median(sampling), Cost.median(scoring), Cost.median(both));
  }

  /** Has everything loaded and compiled; the seconds that sampling takes. */
  private double warmUp(Dataset<Row> groups) {
    RewardStage stage = stage(Duration.ofMillis(1));
    List<Cost> sampling = new ArrayList<>();
    for (int turn = 0; turn < WARM_UP; turn++) {
      sampling.add(Cost.of(() -> sample(groups), judge));
      score(stage);
      sampleAndScore(groups, stage);
    }
    return Cost.median(sampling).clock();
  }

  private static void print(long images, Cost sampling, Cost scoring, Cost both) {
    double longer = Math.max(sampling.clock(), scoring.clock());
    System.out.printf(
        Locale.ROOT,
        "%d images, medians of %d turns%n  sampling %s%n  scoring  %s%n  both     %s: %.3f of the longer one%n",
        images,
        TURNS,
        sampling,
        scoring,
        both,
        both.clock() / longer);
  }

  private void sample(Dataset<Row> groups) {
    iteration++;
    new RolloutStage(warehouse).run(request(), groups);
  }

  /** Scores what was sampled last. */
  private void score(RewardStage stage) {
    stage.write(stage.score(RUN, iteration));
  }

  private void sampleAndScore(Dataset<Row> groups, RewardStage stage) {
    iteration++;
    Scoring scoring = stage.begin();
    new RolloutStage(warehouse).run(request(), groups, new ScoringListener(scoring));
    stage.write(stage.scored(RUN, iteration, scoring));
  }

  private RolloutRequest request() {
    return RolloutRequest.of(
        RUN,
        iteration,
        1,
        policy.toString(),
        Policies.version(policy),
        Map.of(
            "reason",
            StageSampling.ofTextAndImage(
                TextSampling.atTemperature(1, 64),
                new ImageSampling(10, 3, List.of(0, 1, 2), 0.8))));
  }

  /**
   * One stage for many iterations, as a run has it.
   *
   * @param each what the judge takes for an image
   */
  private RewardStage stage(Duration each) {
    ChatSettings endpoint =
        new ChatSettings(
            List.of(judge.url(each, AT_ONCE)),
            "judge",
            null,
            0,
            64,
            IN_FLIGHT,
            1,
            1,
            1,
            10,
            60,
            60,
            600,
            new ServiceSettings.Breaker(10, 1));
    RewardCatalog catalog =
        new RewardCatalog(
            new CatalogSettings(
                new LengthPenalty.Settings(LengthPenalty.Kind.NONE, 1, Map.of()),
                new JudgeSettings(
                    endpoint,
                    JudgePrompts.checklist(Optional.empty()),
                    JudgePrompts.questions(Optional.empty()),
                    JudgePrompts.questionLines(Optional.empty())),
                new GenEvalServerSettings("none", 1, endpoint.service()),
                Map.of()));
    RewardPlan plan =
        RewardPlan.of(Map.of("reason", StageRewards.joint(List.of(new Term("vlm_judge", 1)))));
    return new RewardStage(
        warehouse, new RewardSettings(plan, AdvantageSettings.DEFAULT, 0, catalog));
  }
}
