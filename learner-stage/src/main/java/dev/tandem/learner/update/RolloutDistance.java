package dev.tandem.learner.update;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.objective.FlowObjective;
import dev.tandem.learner.objective.FlowTransition;
import dev.tandem.learner.tensor.HostTensors;
import java.io.Serializable;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * How far the log-probabilities that rollouts stored lie from those of a replay under the weights
 * that sampled: absolute differences by token and by stochastic flow step, over what the losses
 * consume. Decoding and replay sum in different order, which in float32 makes about 1e-6; more
 * means that they did not compute the same. A difference that is no number stays one.
 */
final class RolloutDistance implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest difference; by modality and with means below it. */
  static final String METRIC = "rollout_replay_logp_absdiff";

  private final transient DoubleSummaryStatistics text;
  private final transient DoubleSummaryStatistics flow;
  private String farthestGroup = "";

  RolloutDistance() {
    this(new DoubleSummaryStatistics(), new DoubleSummaryStatistics());
  }

  private RolloutDistance(DoubleSummaryStatistics text, DoubleSummaryStatistics flow) {
    this.text = text;
    this.flow = flow;
  }

  /** Measures one group; nothing outlives the call but the numbers. */
  static RolloutDistance of(
      TrainingGroup group,
      Tensor tokenLogProbs,
      List<Tensor> velocities,
      FlowObjective flowObjective) {
    RolloutDistance distance = new RolloutDistance();
    try (PointerScope scope = new PointerScope()) {
      distance.measureText(group, tokenLogProbs);
      for (int place = 0; place < velocities.size(); place++) {
        distance.measureStep(group, place, velocities.get(place), flowObjective);
      }
    }
    distance.farthestGroup = group.groupId();
    return distance;
  }

  private void measureText(TrainingGroup group, Tensor tokenLogProbs) {
    double[] replayed = HostTensors.doubles(tokenLogProbs);
    int width = (int) tokenLogProbs.size(1);
    for (int i = 0; i < group.members().size(); i++) {
      Member member = group.members().get(i);
      if (member.inTextLoss()) {
        float[] stored = member.tokenLogProbs();
        for (int k = 0; k < stored.length; k++) {
          text.accept(Math.abs(stored[k] - replayed[i * width + k]));
        }
      }
    }
  }

  private void measureStep(
      TrainingGroup group, int place, Tensor velocity, FlowObjective flowObjective) {
    FlowTransition step = new GroupTensors(group).transition(place, velocity.shape());
    double[] replayed =
        HostTensors.doubles(
            flowObjective.anchor(step, HostTensors.of(velocity.detach())).logProb());
    for (int i = 0; i < group.members().size(); i++) {
      Member member = group.members().get(i);
      if (member.inImageLoss()) {
        double stored = member.trajectory().steps().get(place).logProb();
        flow.accept(Math.abs(stored - replayed[i]));
      }
    }
  }

  /** Adds what was measured of another group. */
  void add(RolloutDistance group) {
    if (!(group.largest() <= largest()) && !Double.isNaN(largest())) {
      farthestGroup = group.farthestGroup;
    }
    text.combine(group.text);
    flow.combine(group.flow);
  }

  /** The largest difference, NaN if any is no number; below 0 where nothing was compared. */
  double largest() {
    return Math.max(text.getMax(), flow.getMax());
  }

  /** Identity of the group with the largest difference; empty where nothing was compared. */
  String farthestGroup() {
    return farthestGroup;
  }

  /** Adds the metrics by name; those that nothing was compared for are absent. */
  void addTo(Map<String, Double> metrics) {
    if (text.getCount() + flow.getCount() > 0) {
      metrics.put(METRIC, largest());
    }
    addTo(metrics, "text", text);
    addTo(metrics, "flow", flow);
  }

  private static void addTo(
      Map<String, Double> metrics, String modality, DoubleSummaryStatistics differences) {
    if (differences.getCount() > 0) {
      metrics.put(METRIC + "/" + modality + "_max", differences.getMax());
      metrics.put(METRIC + "/" + modality + "_mean", differences.getAverage());
    }
  }

  private Object writeReplace() {
    return new Sent(Numbers.of(text), Numbers.of(flow), farthestGroup);
  }

  /** What one rank sends to the others: summary statistics cannot be serialized. */
  private record Sent(Numbers text, Numbers flow, String farthestGroup) implements Serializable {
    private Object readResolve() {
      RolloutDistance distance = new RolloutDistance(text.statistics(), flow.statistics());
      distance.farthestGroup = farthestGroup;
      return distance;
    }
  }

  private record Numbers(long count, double min, double max, double sum) implements Serializable {
    static Numbers of(DoubleSummaryStatistics of) {
      return new Numbers(of.getCount(), of.getMin(), of.getMax(), of.getSum());
    }

    DoubleSummaryStatistics statistics() {
      return new DoubleSummaryStatistics(count, min, max, sum);
    }
  }
}
