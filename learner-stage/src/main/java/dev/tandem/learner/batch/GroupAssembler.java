package dev.tandem.learner.batch;

import dev.tandem.policy.training.TrajectoryGroup;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns the rows of a group into the group; fails where they are not what was sampled. */
final class GroupAssembler {
  private final TrajectoryAssembler trajectories;
  private final Map<String, Credit> credit;

  /**
   * @param credit by rollout
   */
  GroupAssembler(BatchSettings settings, Map<String, Credit> credit) {
    this.trajectories = new TrajectoryAssembler(settings);
    this.credit = Map.copyOf(credit);
  }

  /**
   * Decodes a group.
   *
   * @param summary what was said of it
   * @param found its rows in any order
   */
  TrainingGroup assemble(GroupSummary summary, List<RolloutRow> found) {
    if (found.size() != summary.size()) {
      throw new IllegalStateException(
          "Cannot train on group %s: found %d rows, expected %d"
              .formatted(summary.groupId(), found.size(), summary.size()));
    }
    List<RolloutRow> rows = TrajectoryAssembler.inOrder(found);
    List<Member> members = rows.stream().map(this::member).toList();
    TrajectoryGroup group =
        trajectories.assemble(rows, members.stream().map(Member::trajectory).toList());
    return new TrainingGroup(
        summary.groupId(),
        summary.stage(),
        summary.pairId(),
        group,
        members,
        trajectories.sampling(rows).maxTokens());
  }

  private Member member(RolloutRow row) {
    return row.toMember(
        Objects.requireNonNull(credit.get(row.rolloutId()), () -> "No credit " + row.rolloutId()));
  }
}
