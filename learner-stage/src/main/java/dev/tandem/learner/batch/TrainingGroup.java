package dev.tandem.learner.batch;

import dev.tandem.policy.training.TrajectoryGroup;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A group as the learner computes it: one batch with all members that were sampled, those without
 * credit included, because the last bits of a result depend on the batch's shape.
 *
 * @param groupId identity of the group
 * @param stage how it was sampled
 * @param pairId the pair that it trains on
 * @param trajectories the members' trajectories behind their context
 * @param members the same members in the same order, with their credit
 * @param maxTokens most tokens that a text of this group could have had
 */
public record TrainingGroup(
    String groupId,
    String stage,
    String pairId,
    TrajectoryGroup trajectories,
    List<Member> members,
    int maxTokens) {

  /** The order of {@link GroupSummary#ORDER}. */
  public static final Comparator<TrainingGroup> ORDER =
      Comparator.comparing(TrainingGroup::summary, GroupSummary.ORDER);

  public TrainingGroup {
    members = List.copyOf(members);
    if (members.size() != trajectories.trajectories().size()) {
      throw new IllegalArgumentException(
          "Invalid group %s: %d members for %d trajectories"
              .formatted(groupId, members.size(), trajectories.trajectories().size()));
    }
  }

  /** Whether any loss consumes any member. */
  public boolean isTrained() {
    return members.stream().anyMatch(member -> member.inTextLoss() || member.inImageLoss());
  }

  /** The group without its tensors. */
  public GroupSummary summary() {
    return GroupSummary.of(
        members.stream().map(member -> RowSummary.of(this, member)).toList(), maxTokens);
  }

  /** Advantages of the text loss by member, 0 where it does not consume one. */
  public double[] textAdvantages() {
    return values(member -> member.textAdvantage() == null ? 0.0 : member.textAdvantage());
  }

  /** Advantages of the image loss by member, 0 where it does not consume one. */
  public double[] imageAdvantages() {
    return values(member -> member.imageAdvantage() == null ? 0.0 : member.imageAdvantage());
  }

  /** 1 for the members that the text loss consumes, else 0. */
  public double[] inTextLoss() {
    return values(member -> member.inTextLoss() ? 1.0 : 0.0);
  }

  /** 1 for the members that the image loss consumes, else 0. */
  public double[] inImageLoss() {
    return values(member -> member.inImageLoss() ? 1.0 : 0.0);
  }

  private double[] values(ToDoubleFunction<Member> value) {
    return members.stream().mapToDouble(value).toArray();
  }
}
