package dev.tandem.learner.update;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.objective.JointLoss;
import dev.tandem.learner.objective.TextObjective;
import dev.tandem.learner.objective.TextTotals;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.training.Replay;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A group's share of the joint loss and what there is to say about it.
 *
 * <p>Computed in float64 from the replay's values: with a clip range of 1e-6, as UniGRPO uses for
 * the flow, the rounding of float32 would decide what is clipped.
 */
final class GroupLoss {
  private final LearnerConfig config;
  private final Anchor anchor;

  GroupLoss(LearnerConfig config) {
    this.config = config;
    this.anchor = config.resolvedAnchor();
  }

  /**
   * The loss as a scalar with its gradient.
   *
   * @param measures receives the group's numbers
   */
  Tensor of(PreparedGroup prepared, BatchTotals totals, Replay replay, Measures measures) {
    TrainingGroup group = prepared.group();
    Tensor zero = HostTensors.of(new double[1], 1).sum();
    Tensor text = zero;
    if (group.members().stream().anyMatch(Member::inTextLoss)) {
      text = text(prepared, totals.text(group), replay, measures);
    }
    FlowLoss.Terms image = new FlowLoss.Terms(zero, zero);
    if (group.members().stream().anyMatch(Member::inImageLoss)) {
      image =
          new FlowLoss(config.image(), anchor).of(prepared, totals.images(group), replay, measures);
    }
    Tensor loss =
        new JointLoss(config.text().weight(), config.image().weight())
            .of(text, image.objective(), image.penalty());
    measures.add("loss/total", loss.item_double(), 0);
    return loss;
  }

  private Tensor text(PreparedGroup prepared, TextTotals totals, Replay replay, Measures measures) {
    TrainingGroup group = prepared.group();
    HeldReplay reference = config.text().needsReference() ? prepared.reference() : null;
    Tensor logProbs = HostTensors.of(replay.tokenLogProbs());
    Tensor consumed = GroupTensors.perMember(group.inTextLoss()).unsqueeze(1);
    Tensor mask = HostTensors.of(replay.tokenMask()).mul(consumed);
    Tensor stored = new GroupTensors(group).storedLogProbs((int) logProbs.size(1));
    TextObjective.Inputs inputs =
        new TextObjective.Inputs(
            logProbs,
            anchor(prepared, logProbs, stored),
            reference == null ? null : reference.tokenLogProbs(),
            mask,
            GroupTensors.perMember(group.textAdvantages()));
    TextObjective.Terms terms = config.text().objective().evaluate(inputs, totals);
    measures.add("loss/text", -terms.objective().item_double(), 0);
    double tokens = mask.sum().item_double();
    addMasked(measures, "ratio/text_mean", terms.surrogate().ratio(), mask, tokens);
    addMasked(measures, "clip_share/text", terms.surrogate().clipped(), mask, tokens);
    if (terms.kl() != null) {
      addMasked(measures, "kl/text", terms.kl(), mask, tokens);
      measures.add("kl_ignored/text", terms.penalised() ? 0 : 1, 1);
    }
    return terms.objective();
  }

  private Tensor anchor(PreparedGroup prepared, Tensor logProbs, Tensor stored) {
    if (anchor == Anchor.ROLLOUT) {
      return stored;
    }
    HeldReplay replayed = prepared.anchor();
    return replayed == null ? logProbs.detach() : replayed.tokenLogProbs();
  }

  private static void addMasked(
      Measures measures, String name, Tensor values, Tensor mask, double tokens) {
    double sum = values.detach().to(ScalarType.Double).mul(mask).sum().item_double();
    measures.add(name, sum, tokens);
  }
}
