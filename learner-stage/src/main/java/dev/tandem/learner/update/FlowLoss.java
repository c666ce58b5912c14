package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.objective.FlowObjective;
import dev.tandem.learner.objective.FlowTransition;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.training.Replay;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The image side of a group's loss: means over the steps of its window and the trajectories. */
final class FlowLoss {
  private final ImageLossConfig config;
  private final FlowObjective objective;
  private final Anchor anchor;

  /**
   * The group's shares.
   *
   * @param objective scalar to be maximised
   * @param penalty scalar of the weighted regularisers; 0 where none is asked for
   */
  record Terms(Tensor objective, Tensor penalty) {}

  FlowLoss(ImageLossConfig config, Anchor anchor) {
    this.config = config;
    this.objective = config.objective();
    this.anchor = anchor;
  }

  /**
   * Evaluates one group.
   *
   * @param images trajectories that the mean is taken over
   */
  Terms of(PreparedGroup prepared, long images, Replay replay, Measures measures) {
    TrainingGroup group = prepared.group();
    GroupTensors stored = new GroupTensors(group);
    Tensor consumed = GroupTensors.perMember(group.inImageLoss());
    Tensor advantages = GroupTensors.perMember(group.imageAdvantages());
    double[] lengths = stored.stepLengths();
    double[] factors = config.stepScaling().factors(lengths);
    Scalar share = new Scalar(1.0 / ((double) images * factors.length));
    Tensor surrogates = HostTensors.of(new double[1], 1).sum();
    FlowPenalties penalties = new FlowPenalties(config, prepared.reference());
    for (int k = 0; k < factors.length; k++) {
      Tensor velocity = HostTensors.of(replay.velocities().get(k));
      FlowTransition step = stored.transition(k, velocity.shape());
      FlowObjective.Anchor anchored =
          anchor(prepared, k, step, velocity, stored.storedStepLogProbs(k));
      FlowObjective.Terms terms = objective.evaluate(step, velocity, anchored, advantages);
      Tensor value = terms.surrogate().value().mul(new Scalar(factors[k]));
      surrogates = surrogates.add(value.mul(consumed).sum().mul(share));
      penalties.add(
          new FlowPenalties.Step(k, step, lengths[k], velocity, terms.mean()), consumed, share);
      measure(measures, terms, consumed);
    }
    measures.add("loss/flow", -surrogates.item_double(), 0);
    penalties.measure(measures);
    return new Terms(surrogates, penalties.weighted());
  }

  private FlowObjective.Anchor anchor(
      PreparedGroup prepared, int place, FlowTransition step, Tensor velocity, Tensor stored) {
    HeldReplay old = prepared.anchor();
    FlowObjective.Anchor replayed =
        objective.anchor(step, old == null ? velocity : old.velocities().get(place));
    return anchor == Anchor.ROLLOUT ? new FlowObjective.Anchor(replayed.mean(), stored) : replayed;
  }

  private static void measure(Measures measures, FlowObjective.Terms terms, Tensor consumed) {
    double members = consumed.sum().item_double();
    add(measures, "ratio/flow_mean", terms.surrogate().ratio(), consumed, members);
    add(measures, "clip_share/flow", terms.surrogate().clipped(), consumed, members);
  }

  private static void add(
      Measures measures, String name, Tensor values, Tensor consumed, double members) {
    double sum = values.detach().to(ScalarType.Double).mul(consumed).sum().item_double();
    measures.add(name, sum, members);
  }
}
