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
import java.util.ArrayList;
import java.util.Collections;
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
  private static final int IN_FLIGHT = 8;
  private static final int TURNS = 5;
  private static final String RUN = "overlap";

  private final Warehouse warehouse;
  private final Path policy;
  private final Dataset<Row> groups;
  private final long images;
  private int iteration;

  private OverlapRun(Warehouse warehouse, Path policy, int pairs) {
    this.warehouse = warehouse;
    this.policy = policy;
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
    this.groups = warehouse.spark().createDataFrame(rows, rows.get(0).schema());
    this.images = (long) rows.size() * GROUP;
  }

  /**
   * @param args the warehouse of a run, the folder of its policy, the number of pairs
   */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSessions.local("overlap", THREADS).getOrCreate();
        SlowJudge judge = new SlowJudge()) {
      new OverlapRun(Warehouse.open(spark, args[0]), Path.of(args[1]), Integer.parseInt(args[2]))
          .run(judge);
    }
  }

  private void run(SlowJudge judge) {
    sample();
    score(judge, iteration); // everything is loaded and compiled
    double usual = median(List.of(sample(), sample(), sample()));
    judge.takes(usual * THREADS * IN_FLIGHT / images);
    List<Double> sampling = new ArrayList<>();
    List<Double> scoring = new ArrayList<>();
    List<Double> both = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      sampling.add(sample());
      scoring.add(score(judge, iteration));
      both.add(sampleAndScore(judge));
    }
    double longer = Math.max(median(sampling), median(scoring));
    System.out.printf(
        Locale.ROOT,
        "%d images, %d turns, medians: sampling %.2f s, scoring %.2f s, both %.2f s: %.3f of the longer one%n",
        images,
        TURNS,
        median(sampling),
        median(scoring),
        median(both),
        median(both) / longer);
  }

  private double sample() {
    iteration++;
    return seconds(() -> new RolloutStage(warehouse).run(request(), groups));
  }

  private double score(SlowJudge judge, int sampled) {
    RewardStage stage = stage(judge, "alone " + sampled);
    return seconds(() -> stage.write(stage.score(RUN, sampled)));
  }

  private double sampleAndScore(SlowJudge judge) {
    iteration++;
    RewardStage stage = stage(judge, "beside " + iteration);
    return seconds(
        () -> {
          Scoring scoring = stage.begin();
          new RolloutStage(warehouse).run(request(), groups, new ScoringListener(scoring));
          stage.write(stage.scored(RUN, iteration, scoring));
        });
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
   * @param model another name makes another judge, which is asked although an earlier one was
   */
  private RewardStage stage(SlowJudge judge, String model) {
    ChatSettings endpoint =
        new ChatSettings(
            List.of(judge.url()),
            model,
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

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
