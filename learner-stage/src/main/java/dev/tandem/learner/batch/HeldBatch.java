package dev.tandem.learner.batch;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Groups in memory. */
record HeldBatch(List<GroupSummary> groups, Map<String, TrainingGroup> byId)
    implements TrainingBatch {

  static HeldBatch of(List<TrainingGroup> groups) {
    return new HeldBatch(
        groups.stream().map(TrainingGroup::summary).sorted(GroupSummary.ORDER).toList(),
        groups.stream().collect(Collectors.toMap(TrainingGroup::groupId, Function.identity())));
  }

  @Override
  public boolean holds(GroupSummary group) {
    return byId.containsKey(group.groupId());
  }

  @Override
  public TrainingGroup read(GroupSummary group) {
    TrainingGroup found = byId.get(group.groupId());
    if (found == null) {
      throw new IllegalArgumentException("No group " + group.groupId());
    }
    return found;
  }

  @Override
  public void close() {
    // Nothing but memory.
  }
}
