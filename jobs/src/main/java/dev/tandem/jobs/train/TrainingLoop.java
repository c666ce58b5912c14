package dev.tandem.jobs.train;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.config.TandemConfig.Side;
import dev.tandem.learner.LearnerStage;
import dev.tandem.learner.PendingUpdate;
import dev.tandem.learner.PolicyStore;
import dev.tandem.learner.UpdateRequest;
import dev.tandem.learner.UpdateResult;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.TextSampling;
import dev.tandem.reward.GroupSummary;
import dev.tandem.reward.RewardStage;
import dev.tandem.reward.RewardSummary;
import dev.tandem.reward.ScoredIteration;
import dev.tandem.reward.Scoring;
import dev.tandem.rollout.RolloutRequest;
import dev.tandem.rollout.RolloutStage;
import dev.tandem.rollout.StageSampling;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A training run: {@link #run} is the order of its stages, which meet in tables only. A run that
 * was interrupted at any moment continues after its last committed iteration when it is run again:
 * rollouts of the next one are kept if they are complete, all else that an uncommitted iteration
 * left in the tables is replaced.
 */
public final class TrainingLoop {
  private final TandemConfig config;
  private final String runId;
  private final Warehouse warehouse;
  private final RunFolder folder;
  private final RunHistory history;
  private final Console console;
  private final Progress progress;
  private final RolloutStage rolloutStage;
  private final RewardStage rewardStage;
  private final LearnerStage learnerStage;

  public TrainingLoop(TandemConfig config, Warehouse warehouse, RunFolder folder, Console console) {
    this.config = config;
    this.runId = config.run().name();
    this.warehouse = warehouse;
    this.folder = folder;
    this.history = new RunHistory(warehouse, runId);
    this.console = console;
    this.progress = new Progress(console, config.run().iterations());
    this.rolloutStage = new RolloutStage(warehouse, config.compute().settings());
    this.rewardStage =
        new RewardStage(
            warehouse,
            config
                .reward()
                .settings(EnumSet.copyOf(config.sampling().sides()), config.advantage()));
    this.learnerStage =
        new LearnerStage(warehouse, config.learner(), PolicyStore.on(config.compute().settings()));
  }

  /** A policy of the run. */
  private record PolicyVersion(String version, int iteration) {}

  /**
   * Trains until the last iteration is committed. Metrics and the commit of an iteration are
   * written while the next one samples; nothing of the next but its rollouts is written before.
   *
   * @return the number of the last committed iteration; its policy lies in that checkpoint
   */
  public int run() {
    requireSameRun();
    requireFolderForRanks();
    folder.start(config.run());
    boolean continued = history.start(config);
    RunHistory.Committed done = new ResumePoint(history, folder, console).find();
    PolicyVersion policy = new PolicyVersion(done.policyAfter(), done.iteration());
    PairSampler sampler = pairSampler();
    int first = policy.iteration() + 1;
    Background<Boolean> committing = Background.of(true);

    try {
      for (int iteration = first; iteration <= config.run().iterations(); iteration++) {
        boolean resumed = continued && iteration == first;
        Trained trained = iterate(iteration, resumed, policy, sampler, committing);
        committing = Background.start("commit", () -> commit(trained));
        policy = trained.policy();
      }
    } finally {
      committing.join();
    }
    return lastIteration();
  }

  /** An iteration that is done but for its metrics and its commit. */
  private record Trained(
      PolicyVersion before,
      PolicyVersion policy,
      RewardSummary rewards,
      GroupSummary groups,
      Map<String, Double> learner,
      Map<String, Long> versions,
      PhaseTimes times) {}

  /**
   * @param resumed whether an earlier process may have begun this iteration
   */
  private Trained iterate(
      int iteration,
      boolean resumed,
      PolicyVersion policy,
      PairSampler sampler,
      Background<?> committing) {
    PhaseClock clock = progress.begin(iteration);
    RolloutRequest rollouts = rollouts(iteration, policy);
    UpdateRequest update = update(iteration, policy);

    Dataset<Row> groups = clock.time("pairs", () -> groups(iteration, sampler.sample(iteration)));
    boolean sampled =
        resumed && clock.time("resume", () -> rolloutStage.isSampled(rollouts, groups));
    Supplier<ScoredIteration> scored =
        sampled
            ? () -> rewardStage.score(runId, iteration)
            : clock.time("rollouts", () -> sample(rollouts, groups, clock));
    clock.run("previous commit", committing::join);
    try (PendingUpdate pending = learnerStage.prepare(update)) {
      ScoredIteration rewards = clock.time("rewards", scored);
      clock.run("advantages", () -> rewardStage.advantages(rewards));
      try (Background<GroupSummary> summary =
          Background.start("rewards and groups", () -> record(rewards))) {
        UpdateResult updated = clock.time("learner", () -> learn(pending, iteration));
        clock.ofPolicy(updated.seconds());
        return new Trained(
            policy,
            new PolicyVersion(updated.policyVersion(), iteration),
            rewards.summary(),
            summary.join(),
            updated.metrics(),
            history.versionsOfTrained(),
            clock.times());
      }
    }
  }

  /**
   * Samples the groups and scores them meanwhile.
   *
   * @return what brings the rewards together
   */
  private Supplier<ScoredIteration> sample(
      RolloutRequest request, Dataset<Row> groups, PhaseClock clock) {
    Scoring scoring = rewardStage.begin();
    double seconds = rolloutStage.run(request, groups, new ScoringListener(scoring));
    clock.ofPolicy(seconds / taskSlots());
    return () -> rewardStage.scored(runId, request.iteration(), scoring);
  }

  /** The last committed iteration; 0 before the first. */
  public int lastIteration() {
    return history.last().map(RunHistory.Committed::iteration).orElse(0);
  }

  /**
   * Checks, before anything is written, that a run of this name was started with this configuration
   * or not at all.
   *
   * @throws UserError naming the keys that differ
   */
  public void requireSameRun() {
    history.requireSameRun(config);
  }

  /** Ranks read and write checkpoints as files of their hosts. */
  private void requireFolderForRanks() {
    if (config.learner().ranks() > 1 && folder.isCopied()) {
      throw new UserError(
          "Cannot train run '%s' with learner.ranks=%d in %s: ranks on other hosts would not find the checkpoints. Use a run.folder that every executor mounts, or learner.ranks=1"
              .formatted(runId, config.learner().ranks(), folder.place()));
    }
  }

  private PairSampler pairSampler() {
    List<SampledPair> pairs = Groups.pairs(warehouse);
    if (pairs.isEmpty()) {
      throw new UserError(
          "Cannot train run '%s': no pair has a prompt on one side and a question with an answer and an image on the other (table pairs in %s)"
              .formatted(runId, folder.warehouse()));
    }
    return new PairSampler(pairs, config.sampling().pairs(), config.run().seed());
  }

  private Dataset<Row> groups(int iteration, List<SampledPair> pairs) {
    return new Groups(runId, config.sampling().sides(), config.rollout().group())
        .of(warehouse, iteration, pairs);
  }

  private RolloutRequest rollouts(int iteration, PolicyVersion policy) {
    Map<String, StageSampling> sampling = new TreeMap<>();
    for (Side side : config.sampling().sides()) {
      TextSampling text = config.rollout().text(side);
      sampling.put(
          side.stage(),
          side == Side.UNDERSTAND
              ? StageSampling.ofText(text)
              : StageSampling.ofTextAndImage(text, images(iteration)));
    }
    return RolloutRequest.of(
            runId,
            iteration,
            config.run().seed(),
            folder.sharedCheckpoint(policy.iteration()),
            policy.version(),
            sampling)
        .with(config.rollout().systemPrompt());
  }

  /** All groups of an iteration share the stochastic steps. */
  private ImageSampling images(int iteration) {
    TandemConfig.Image image = config.rollout().image();
    RandomKey key = RandomKey.of(config.run().seed()).with("sde window").with(iteration);
    return new ImageSampling(
        image.steps(),
        image.shift(),
        image.window().rule().choose(key),
        image.noiseLevel(),
        image.guidance());
  }

  private UpdateRequest update(int iteration, PolicyVersion policy) {
    return new UpdateRequest(
        runId,
        iteration,
        config.run().seed(),
        folder.checkpoint(policy.iteration()),
        folder.checkpoint(0),
        folder.checkpoint(iteration),
        config.sampling().sides().stream()
            .collect(Collectors.toMap(Side::stage, config.rollout()::text)),
        config.rollout().image().guidance(),
        config.rollout().systemPrompt());
  }

  private UpdateResult learn(PendingUpdate pending, int iteration) {
    UpdateResult updated = pending.update();
    folder.publishCheckpoint(iteration);
    return updated;
  }

  private int taskSlots() {
    return warehouse.spark().sparkContext().defaultParallelism();
  }

  /** What the learner does not wait for. */
  private GroupSummary record(ScoredIteration rewards) {
    rewardStage.write(rewards);
    return rewardStage.groups(rewards);
  }

  private boolean commit(Trained trained) {
    int iteration = trained.policy().iteration();
    IterationMetrics metrics =
        IterationMetrics.of(trained.rewards(), trained.groups(), trained.learner());
    metrics.write(warehouse, runId, iteration, trained.times());
    history.commit(
        new RunHistory.Commit(
            iteration,
            stages(),
            trained.before().version(),
            trained.policy().version(),
            trained.versions(),
            trained.times().seconds(),
            metrics.counts()));
    folder.deleteOldCheckpoints(iteration, config.run().keepCheckpoints());
    progress.done(iteration, metrics.values(), trained.times());
    return true;
  }

  private String stages() {
    return config.sampling().sides().stream().map(Side::stage).collect(Collectors.joining(","));
  }
}
