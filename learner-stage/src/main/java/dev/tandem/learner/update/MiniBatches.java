package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Splits a batch into mini-batches of whole groups, dealt out at random by identity. */
final class MiniBatches {
  private static final Comparator<PreparedGroup> IN_ORDER =
      Comparator.comparing(PreparedGroup::group, TrainingGroup.ORDER);

  private MiniBatches() {}

  /**
   * At most {@code count} mini-batches, none empty, each in the order of the groups.
   *
   * @param key identity of the run, iteration and epoch
   */
  static List<List<PreparedGroup>> split(List<PreparedGroup> groups, int count, RandomKey key) {
    List<PreparedGroup> dealt = new ArrayList<>(groups);
    dealt.sort(IN_ORDER);
    key.with("mini_batches").random().shuffle(dealt);
    List<List<PreparedGroup>> parts = new ArrayList<>();
    for (int i = 0; i < Math.min(count, groups.size()); i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < dealt.size(); i++) {
      parts.get(i % parts.size()).add(dealt.get(i));
    }
    parts.forEach(part -> part.sort(IN_ORDER));
    return parts;
  }
}
