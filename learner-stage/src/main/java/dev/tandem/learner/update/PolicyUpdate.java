package dev.tandem.learner.update;

import dev.tandem.learner.batch.FetchedGroup;
import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.optimizer.GradientClipping;
import dev.tandem.learner.optimizer.TrainedParameter;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.GradientWorkers.Summed;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The passes over one batch: for each mini-batch the joint loss by group (by micro-batch where a
 * group is too large), the sum of the gradients in the order of the {@link Buckets}, clipping by
 * the global norm and one step of the optimizer. A gradient whose norm is not finite is not applied
 * but counted.
 *
 * <p>Groups are read when their turn comes, so that memory follows what is computed at once and not
 * the batch. Of several ranks each computes the groups that it holds and divides by the totals of
 * all; their gradients are summed, and every rank takes the same step.
 *
 * <p>Before the first step the stored log-probabilities are compared with a replay's: with the
 * anchor's where one is kept, else with those of the first mini-batch's own pass.
 */
public final class PolicyUpdate implements AutoCloseable {
  private final LearnerConfig config;
  private final Ranks ranks;
  private final GroupLoss groupLoss;
  private final TrainablePolicy policy;
  private final FixedReplays replays;
  private final Training training;
  private final List<Tensor> parameters;
  private final GradientWorkers workers;
  private final Map<GroupSummary, List<MicroBatch>> microBatches = new HashMap<>();
  private final Measures measures = new Measures();
  private final RolloutDistance distance = new RolloutDistance();
  private int steps;
  private int skipped;

  /**
   * Prepares an update by one process; nothing is computed yet.
   *
   * @param reference the start policy; null where no loss looks at it
   * @param training optimizer of the policy's parameters
   */
  public PolicyUpdate(
      LearnerConfig config,
      TrainablePolicy policy,
      @Nullable TrainablePolicy reference,
      Training training) {
    this(config, policy, reference, training, Ranks.ALONE);
  }

  /**
   * Prepares an update by several processes that start from the same weights.
   *
   * @param ranks stays the caller's
   */
  public PolicyUpdate(
      LearnerConfig config,
      TrainablePolicy policy,
      @Nullable TrainablePolicy reference,
      Training training,
      Ranks ranks) {
    this.config = config;
    this.ranks = ranks;
    this.groupLoss = new GroupLoss(config);
    this.policy = policy;
    this.replays = new FixedReplays(config, policy, reference);
    this.training = training;
    this.parameters = training.parameters().stream().map(TrainedParameter::value).toList();
    this.workers = new GradientWorkers(config.threads());
  }

  /**
   * Makes replays that {@link #run} will want, while the credit of the groups is not known yet.
   * Makes none where the batch is used for one step only, or where a group is split into parts that
   * depend on its credit.
   *
   * @param groups in the order of the passes
   * @param enough asked before each group; once true, the rest is left to {@link #run}
   */
  public void replayAhead(List<FetchedGroup> groups, BooleanSupplier enough) {
    if (!replays.areKept()) {
      return;
    }
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (FetchedGroup group : groups) {
      tasks.add(() -> !enough.getAsBoolean() && replayAhead(group));
    }
    workers.inOrder(tasks, made -> {});
  }

  private boolean replayAhead(FetchedGroup group) {
    TrajectoryGroup trajectories = group.trajectories().get();
    int limit = config.microBatch();
    boolean whole = limit == 0 || trajectories.trajectories().size() <= limit;
    if (whole) {
      replays.makeAhead(group.groupId(), trajectories);
    }
    return whole;
  }

  /** Updates the policy in place by groups that lie in memory. */
  public SortedMap<String, Double> run(List<TrainingGroup> groups, RandomKey key) {
    try (TrainingBatch batch = TrainingBatch.of(groups)) {
      return run(batch, key);
    }
  }

  /**
   * Updates the policy in place.
   *
   * @param batch groups that no loss consumes are left out
   * @param key identity of run and iteration
   * @return the metrics by name, the same on every rank
   * @throws RolloutMismatchException before the policy changes, if the groups are not what it
   *     sampled
   */
  public SortedMap<String, Double> run(TrainingBatch batch, RandomKey key) {
    double rateFactor = training.rateFactor();
    List<GroupSummary> trained = batch.groups().stream().filter(GroupSummary::isTrained).toList();
    survey(batch, trained);
    for (int epoch = 0; epoch < config.ppoEpochs(); epoch++) {
      for (List<GroupSummary> part :
          MiniBatches.split(trained, config.miniBatches(), key.with(epoch))) {
        step(batch, part);
      }
    }
    return metrics(batch.groups(), rateFactor);
  }

  @Override
  public void close() {
    workers.close();
    replays.close();
  }

  /** Splits the groups of this rank and makes the replays that must be made before any step. */
  private void survey(TrainingBatch batch, List<GroupSummary> trained) {
    List<GroupSummary> mine = trained.stream().filter(batch::holds).toList();
    if (config.microBatch() == 0 && !replays.areKept()) {
      mine.forEach(group -> microBatches.put(group, List.of(MicroBatch.whole(group))));
      return;
    }
    List<Callable<Surveyed>> tasks = new ArrayList<>();
    for (GroupSummary group : mine) {
      tasks.add(() -> survey(batch, group));
    }
    RolloutDistance ofRank = new RolloutDistance();
    workers.inOrder(
        tasks,
        found -> {
          microBatches.put(found.group(), found.parts());
          ofRank.add(found.distance());
        });
    ranks.gather(ofRank).forEach(distance::add);
    RolloutMismatchException.check(distance, config.logpAlarm());
  }

  private record Surveyed(GroupSummary group, List<MicroBatch> parts, RolloutDistance distance) {}

  private Surveyed survey(TrainingBatch batch, GroupSummary group) {
    List<MicroBatch> parts = new ArrayList<>();
    RolloutDistance found = new RolloutDistance();
    for (TrainingGroup part : MicroBatches.of(batch.read(group), config.microBatch())) {
      MicroBatch microBatch = new MicroBatch(group, parts.size(), policy.work(part.trajectories()));
      parts.add(microBatch);
      if (replays.areKept()) {
        found.add(replays.keep(microBatch, part));
      }
    }
    return new Surveyed(group, List.copyOf(parts), found);
  }

  private void step(TrainingBatch batch, List<GroupSummary> part) {
    BatchTotals totals = BatchTotals.of(part);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      StepReport report =
          config.gradientCosine()
              ? stepByStage(batch, part, totals)
              : differentiate(batch, part, totals, this::apply);
      measures.addStep(report.measures());
    }
    steps++;
  }

  private StepReport stepByStage(TrainingBatch batch, List<GroupSummary> part, BatchTotals totals) {
    SortedMap<String, List<GroupSummary>> stages =
        part.stream()
            .collect(Collectors.groupingBy(GroupSummary::stage, TreeMap::new, Collectors.toList()));
    StageGradients gradients = new StageGradients();
    List<StepReport> reports = new ArrayList<>();
    stages.forEach(
        (stage, groups) ->
            reports.add(differentiate(batch, groups, totals, sum -> gradients.add(stage, sum))));
    gradients.cosines().forEach((pair, cosine) -> measureCosine(pair, cosine));
    apply(gradients.total());
    return StepReport.ofAll(reports);
  }

  private void measureCosine(String pair, double cosine) {
    if (Double.isFinite(cosine)) {
      measures.add("gradient_cosine/" + pair, cosine, 1);
    }
  }

  /**
   * Sums the gradients of groups over all ranks.
   *
   * @param part groups of the mini-batch
   * @param totals of the whole mini-batch
   * @param use receives one gradient a parameter, to be used before it returns
   */
  private StepReport differentiate(
      TrainingBatch batch,
      List<GroupSummary> part,
      BatchTotals totals,
      Consumer<List<Tensor>> use) {
    List<List<MicroBatch>> buckets = buckets(part.stream().filter(batch::holds).toList());
    try (Summed<GroupReport> summed =
        workers.differentiateBuckets(parameters, losses(batch, buckets, totals))) {
      StepReport report = StepReport.ofAll(ranks.gather(StepReport.of(summed.reports(), buckets)));
      report.addTo(distance);
      RolloutMismatchException.check(distance, config.logpAlarm());
      List<Tensor> gradients = gradients(summed);
      ranks.sum(gradients);
      use.accept(gradients);
      return report;
    }
  }

  private List<List<MicroBatch>> buckets(List<GroupSummary> groups) {
    List<MicroBatch> parts =
        groups.stream()
            .flatMap(group -> microBatches.getOrDefault(group, List.of()).stream())
            .toList();
    return parts.size() == groups.size()
        ? parts.stream().map(List::of).toList()
        : Buckets.even(parts, groups.size(), MicroBatch::work);
  }

  private List<List<LossFunction<GroupReport>>> losses(
      TrainingBatch batch, List<List<MicroBatch>> buckets, BatchTotals totals) {
    List<List<LossFunction<GroupReport>>> losses = new ArrayList<>();
    for (List<MicroBatch> bucket : buckets) {
      List<LossFunction<GroupReport>> ofBucket = new ArrayList<>();
      for (MicroBatch microBatch : bucket) {
        ofBucket.add(() -> loss(batch, microBatch, totals));
      }
      losses.add(ofBucket);
    }
    return losses;
  }

  private Loss<GroupReport> loss(TrainingBatch batch, MicroBatch microBatch, BatchTotals totals) {
    TrainingGroup group = microBatch.read(batch, config);
    try (PreparedGroup prepared = replays.of(microBatch, group)) {
      Measures ofGroup = new Measures();
      Replay replay = replay(group.trajectories());
      Tensor loss = groupLoss.of(prepared, totals, replay, ofGroup);
      GroupReport report =
          new GroupReport(
              ofGroup,
              firstPass(prepared, replay),
              policy.work(group.trajectories()),
              MicroBatches.padding(group));
      return new Loss<>(loss, report, replay.differentiation());
    }
  }

  private Replay replay(TrajectoryGroup group) {
    return config.gradientCheckpointing() ? policy.replayToRecompute(group) : policy.replay(group);
  }

  /** The distance from the pass, if the weights are still those that sampled and no anchor told. */
  private RolloutDistance firstPass(PreparedGroup prepared, Replay replay) {
    boolean compared = replays.areKept() && prepared.anchor() != null;
    return steps > 0 || compared
        ? new RolloutDistance()
        : RolloutDistance.of(
            prepared.group(),
            replay.tokenLogProbs(),
            replay.velocities(),
            config.image().objective());
  }

  /** One gradient a parameter: what no loss depends on moves by its momentum alone. */
  private List<Tensor> gradients(Summed<GroupReport> summed) {
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor sum = summed.gradients().get(i);
      gradients.add(sum == null ? torch.zeros_like(parameters.get(i)) : sum);
    }
    return gradients;
  }

  private void apply(List<Tensor> gradients) {
    double norm = GradientClipping.globalNorm(gradients);
    if (Double.isFinite(norm)) {
      measures.add("grad_norm", norm, 1);
      GradientClipping.clip(gradients, norm, config.optimizer().maxGradNorm());
      training.step(gradients);
    } else {
      skipped++;
    }
  }

  private SortedMap<String, Double> metrics(List<GroupSummary> groups, double rateFactor) {
    SortedMap<String, Double> metrics = measures.means();
    distance.addTo(metrics);
    metrics.put("groups", (double) groups.size());
    metrics.put("groups_trained", (double) groups.stream().filter(GroupSummary::isTrained).count());
    metrics.put(
        "groups_without_signal", (double) groups.stream().filter(GroupSummary::degenerate).count());
    metrics.put("optimizer_steps", (double) (steps - skipped));
    metrics.put("skipped_updates", (double) skipped);
    metrics.put(
        "learning_rate/understanding", config.optimizer().understandingLearningRate() * rateFactor);
    metrics.put(
        "learning_rate/generation", config.optimizer().generationLearningRate() * rateFactor);
    return metrics;
  }
}
