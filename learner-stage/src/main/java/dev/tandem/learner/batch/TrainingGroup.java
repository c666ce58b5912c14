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

  /**
   * The order in which groups are summed: by what they are. The identifier holds the run's name,
   * and the last bits of a sum depend on its order; it only decides between groups alike.
   */
  public static final Comparator<TrainingGroup> ORDER =
      Comparator.comparing(TrainingGroup::stage)
          .thenComparing(TrainingGroup::pairId)
          .thenComparing(TrainingGroup::groupId);

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

  /** Whether no member has an advantage other than 0, so that the policy losses teach nothing. */
  public boolean isDegenerate() {
    return allZero(textAdvantages()) && allZero(imageAdvantages());
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

  private static boolean allZero(double[] values) {
    for (double value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
