package dev.tandem.learner.update;

import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** Splits a batch into mini-batches of whole groups, dealt out at random by identity. */
public final class MiniBatches {
  private MiniBatches() {}

  /**
   * At most {@code count} mini-batches, none empty, each in the order of the groups.
   *
   * @param groups in any order
   * @param key identity of the run, iteration and epoch
   */
  public static List<List<GroupSummary>> split(
      List<GroupSummary> groups, int count, RandomKey key) {
    List<GroupSummary> dealt = new ArrayList<>(groups);
    dealt.sort(GroupSummary.ORDER);
    key.with("mini_batches").random().shuffle(dealt);
    List<List<GroupSummary>> parts = new ArrayList<>();
    for (int i = 0; i < Math.min(count, dealt.size()); i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < dealt.size(); i++) {
      parts.get(i % parts.size()).add(dealt.get(i));
    }
    parts.forEach(part -> part.sort(GroupSummary.ORDER));
    return parts;
  }
}
