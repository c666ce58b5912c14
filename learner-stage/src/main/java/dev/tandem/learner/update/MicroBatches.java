package dev.tandem.learner.update;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.policy.training.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits a group that is too large for memory into micro-batches, each of members with texts of
 * like length, so that little is computed for padding. The split depends on nothing but the group
 * and the limit: every pass over the group makes the same one, and a replay before the first step
 * equals the first pass to the bit.
 */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * The group in as few parts as the limit allows, of equal size but for one member, the longest
   * texts first. Parts of which no loss consumes a member are left out.
   *
   * @param limit most members of a part; 0: all
   */
  static List<TrainingGroup> of(TrainingGroup group, int limit) {
    int size = group.members().size();
    if (limit == 0 || size <= limit) {
      return List.of(group);
    }
    List<Integer> longestFirst =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingInt(index -> -length(group.members().get(index))))
            .toList();
    int count = (size + limit - 1) / limit;
    List<TrainingGroup> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Where the sizes differ, the parts with the longest texts are the smaller ones.
      TrainingGroup part =
          part(group, longestFirst.subList(i * size / count, (i + 1) * size / count));
      if (part.isTrained()) {
        parts.add(part);
      }
    }
    return List.copyOf(parts);
  }

  /** Columns that pad the texts of a group to its longest one. */
  static long padding(TrainingGroup group) {
    int longest = group.members().stream().mapToInt(MicroBatches::length).max().orElse(0);
    return group.members().stream().mapToLong(member -> longest - length(member)).sum();
  }

  private static TrainingGroup part(TrainingGroup group, List<Integer> indexes) {
    List<Member> members = indexes.stream().sorted().map(group.members()::get).toList();
    TrajectoryGroup whole = group.trajectories();
    return new TrainingGroup(
        group.groupId(),
        group.stage(),
        group.pairId(),
        new TrajectoryGroup(
            whole.context(),
            members.stream().map(Member::trajectory).toList(),
            whole.temperature(),
            whole.guidance()),
        members,
        group.maxTokens());
  }

  private static int length(Member member) {
    return member.trajectory().tokens().length;
  }
}
