package dev.tandem.learner.update;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.objective.FlowTransition;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.flow.SdeStep;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The stored numbers of a group as float64 tensors, in the pointer scope of the caller. */
final class GroupTensors {
  private final TrainingGroup group;

  GroupTensors(TrainingGroup group) {
    this.group = group;
  }

  /** One value a member, {@code [G]}. */
  static Tensor perMember(double[] values) {
    return HostTensors.of(values, values.length);
  }

  /** Stored log-probabilities of tokens, padded with 0 to {@code [G, width]}. */
  Tensor storedLogProbs(int width) {
    List<Member> members = group.members();
    double[] values = new double[members.size() * width];
    for (int i = 0; i < members.size(); i++) {
      float[] row = members.get(i).tokenLogProbs();
      for (int k = 0; k < row.length; k++) {
        values[i * width + k] = row[k];
      }
    }
    return HostTensors.of(values, members.size(), width);
  }

  /** Stored log-probabilities of a stochastic step, {@code [G]}. */
  Tensor storedStepLogProbs(int place) {
    return perMember(
        group.members().stream().mapToDouble(member -> step(member, place).logProb()).toArray());
  }

  /**
   * A stochastic step of all members.
   *
   * @param shape {@code [G, N, C]}
   */
  FlowTransition transition(int place, long[] shape) {
    List<Member> members = group.members();
    FlowStep first = step(members.get(0), place);
    float[][] x = new float[members.size()][];
    float[][] xNext = new float[members.size()][];
    for (int i = 0; i < x.length; i++) {
      FlowStep step = step(members.get(i), place);
      checkSameStep(first, step);
      x[i] = step.x();
      xNext[i] = step.xNext();
    }
    return new FlowTransition(
        HostTensors.ofRows(x, shape),
        HostTensors.ofRows(xNext, shape),
        SdeStep.coefficients(first.t(), first.dt(), first.sigma()));
  }

  /** Lengths of the stochastic steps, in their order. */
  double[] stepLengths() {
    return group.members().get(0).trajectory().steps().stream().mapToDouble(FlowStep::dt).toArray();
  }

  private void checkSameStep(FlowStep a, FlowStep b) {
    if (a.step() != b.step() || a.t() != b.t() || a.dt() != b.dt() || a.sigma() != b.sigma()) {
      throw new IllegalStateException(
          "Cannot train on group %s: members have different steps (%d at t=%s and %d at t=%s)"
              .formatted(group.groupId(), a.step(), a.t(), b.step(), b.t()));
    }
  }

  private static FlowStep step(Member member, int place) {
    return member.trajectory().steps().get(place);
  }
}
