package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.optimizer.GradientClipping;
import dev.tandem.learner.optimizer.TrainedParameter;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.GradientWorkers.Summed;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
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
 * <p>Before the first step the stored log-probabilities are compared with a replay's: with the
 * anchor's where there is one, else with those of the first mini-batch's own pass.
 */
public final class PolicyUpdate implements AutoCloseable {
  private final LearnerConfig config;
  private final GroupLoss groupLoss;
  private final TrainablePolicy policy;
  private final @Nullable TrainablePolicy reference;
  private final Training training;
  private final List<Tensor> parameters;
  private final GradientWorkers workers;
  private final Measures measures = new Measures();
  private final RolloutDistance distance = new RolloutDistance();
  private int steps;
  private int skipped;

  /**
   * Prepares an update; nothing is computed yet.
   *
   * @param reference the start policy; null where no loss looks at it
   * @param training optimizer of the policy's parameters
   */
  public PolicyUpdate(
      LearnerConfig config,
      TrainablePolicy policy,
      @Nullable TrainablePolicy reference,
      Training training) {
    this.config = config;
    this.groupLoss = new GroupLoss(config);
    this.policy = policy;
    this.reference = reference;
    this.training = training;
    this.parameters = training.parameters().stream().map(TrainedParameter::value).toList();
    this.workers = new GradientWorkers(config.threads());
  }

  /**
   * Updates the policy in place.
   *
   * @param groups in any order; those that no loss consumes are left out
   * @param key identity of run and iteration
   * @return the metrics by name
   * @throws RolloutMismatchException before the policy changes, if the groups are not what it
   *     sampled
   */
  public SortedMap<String, Double> run(List<TrainingGroup> groups, RandomKey key) {
    double rateFactor = training.rateFactor();
    List<PreparedGroup> prepared = new ArrayList<>();
    try {
      workers.inOrder(
          preparations(groups),
          group -> {
            prepared.add(group);
            distance.add(group.distance());
          });
      RolloutMismatchException.check(distance, config.logpAlarm());
      for (int epoch = 0; epoch < config.ppoEpochs(); epoch++) {
        for (List<PreparedGroup> part :
            MiniBatches.split(prepared, config.miniBatches(), key.with(epoch))) {
          step(part);
        }
      }
    } finally {
      workers.close();
      prepared.forEach(PreparedGroup::close);
    }
    return metrics(groups, rateFactor);
  }

  @Override
  public void close() {
    workers.close();
  }

  private List<Callable<PreparedGroup>> preparations(List<TrainingGroup> groups) {
    List<Callable<PreparedGroup>> tasks = new ArrayList<>();
    for (TrainingGroup group : groups) {
      if (group.isTrained()) {
        for (TrainingGroup part : MicroBatches.of(group, config.microBatch())) {
          tasks.add(() -> prepare(part));
        }
      }
    }
    return tasks;
  }

  private PreparedGroup prepare(TrainingGroup group) {
    boolean hasSteps = !group.members().get(0).trajectory().steps().isEmpty();
    boolean anchored =
        switch (config.resolvedAnchor()) {
          case REPLAY -> true;
          case ROLLOUT -> hasSteps && config.image().needsAnchorMeans();
          case CURRENT, AUTO -> false;
        };
    HeldReplay anchor = anchored ? HeldReplay.of(policy, group.trajectories()) : null;
    return new PreparedGroup(
        group,
        policy.work(group.trajectories()),
        anchor,
        reference == null ? null : HeldReplay.of(reference, group.trajectories()),
        anchor == null
            ? new RolloutDistance()
            : distance(group, anchor.tokenLogProbs(), anchor.velocities()));
  }

  private RolloutDistance distance(
      TrainingGroup group, Tensor tokenLogProbs, List<Tensor> velocities) {
    return RolloutDistance.of(group, tokenLogProbs, velocities, config.image().objective());
  }

  private void step(List<PreparedGroup> part) {
    BatchTotals totals = BatchTotals.of(part.stream().map(PreparedGroup::group).toList());
    List<List<PreparedGroup>> buckets =
        Buckets.balanced(part, MiniBatches.whole(part).size(), PreparedGroup::work);
    Measures ofStep = new Measures();
    addWork(ofStep, buckets);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard();
        Summed<GroupReport> summed =
            workers.differentiateBuckets(parameters, losses(buckets, totals))) {
      for (GroupReport report : summed.reports()) {
        ofStep.addGroup(report.measures());
        distance.add(report.distance());
      }
      RolloutMismatchException.check(distance, config.logpAlarm());
      apply(gradients(summed));
    }
    measures.addStep(ofStep);
    steps++;
  }

  /** How even the buckets are and how much of their work is padding. */
  private static void addWork(Measures measures, List<List<PreparedGroup>> buckets) {
    measures.add("work/largest_to_mean", Buckets.imbalance(buckets, PreparedGroup::work), 1);
    for (List<PreparedGroup> bucket : buckets) {
      for (PreparedGroup group : bucket) {
        measures.add("work/padding_share", MicroBatches.padding(group.group()), group.work());
      }
    }
  }

  private List<List<LossFunction<GroupReport>>> losses(
      List<List<PreparedGroup>> buckets, BatchTotals totals) {
    List<List<LossFunction<GroupReport>>> losses = new ArrayList<>();
    for (List<PreparedGroup> bucket : buckets) {
      List<LossFunction<GroupReport>> ofBucket = new ArrayList<>();
      for (PreparedGroup group : bucket) {
        ofBucket.add(() -> loss(group, totals));
      }
      losses.add(ofBucket);
    }
    return losses;
  }

  private Loss<GroupReport> loss(PreparedGroup group, BatchTotals totals) {
    Measures ofGroup = new Measures();
    TrajectoryGroup trajectories = group.group().trajectories();
    Replay replay =
        config.gradientCheckpointing()
            ? policy.replayToRecompute(trajectories)
            : policy.replay(trajectories);
    Tensor loss = groupLoss.of(group, totals, replay, ofGroup);
    return new Loss<>(
        loss, new GroupReport(ofGroup, firstPass(group, replay)), replay.differentiation());
  }

  /** The distance from the pass, if the weights are still those that sampled and no anchor told. */
  private RolloutDistance firstPass(PreparedGroup group, Replay replay) {
    return steps > 0 || group.anchor() != null
        ? new RolloutDistance()
        : distance(group.group(), replay.tokenLogProbs(), replay.velocities());
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

  private SortedMap<String, Double> metrics(List<TrainingGroup> groups, double rateFactor) {
    SortedMap<String, Double> metrics = measures.means();
    distance.addTo(metrics);
    metrics.put("groups", (double) groups.size());
    metrics.put(
        "groups_trained", (double) groups.stream().filter(TrainingGroup::isTrained).count());
    metrics.put(
        "groups_without_signal",
        (double) groups.stream().filter(TrainingGroup::isDegenerate).count());
    metrics.put("optimizer_steps", (double) (steps - skipped));
    metrics.put("skipped_updates", (double) skipped);
    metrics.put(
        "learning_rate/understanding", config.optimizer().understandingLearningRate() * rateFactor);
    metrics.put(
        "learning_rate/generation", config.optimizer().generationLearningRate() * rateFactor);
    return metrics;
  }
}
