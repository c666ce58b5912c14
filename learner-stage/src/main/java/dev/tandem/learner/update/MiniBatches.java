package dev.tandem.learner.update;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Splits a batch into mini-batches of whole groups, with all micro-batches of each, dealt out at
 * random by identity.
 */
final class MiniBatches {
  private static final Comparator<PreparedGroup> IN_ORDER =
      Comparator.comparing(PreparedGroup::group, TrainingGroup.ORDER);

  private MiniBatches() {}

  /**
   * At most {@code count} mini-batches, none empty, each in the order of the groups.
   *
   * @param groups in any order; micro-batches of a group in theirs
   * @param key identity of the run, iteration and epoch
   */
  static List<List<PreparedGroup>> split(List<PreparedGroup> groups, int count, RandomKey key) {
    List<List<PreparedGroup>> dealt = new ArrayList<>(whole(groups));
    key.with("mini_batches").random().shuffle(dealt);
    List<List<PreparedGroup>> parts = new ArrayList<>();
    for (int i = 0; i < Math.min(count, dealt.size()); i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < dealt.size(); i++) {
      parts.get(i % parts.size()).addAll(dealt.get(i));
    }
    parts.forEach(part -> part.sort(IN_ORDER));
    return parts;
  }

  /** The micro-batches of each group together, in the order of the groups. */
  static List<List<PreparedGroup>> whole(List<PreparedGroup> microBatches) {
    Map<TrainingGroup, List<PreparedGroup>> groups = new TreeMap<>(TrainingGroup.ORDER);
    for (PreparedGroup part : microBatches) {
      groups.computeIfAbsent(part.group(), group -> new ArrayList<>()).add(part);
    }
    return List.copyOf(groups.values());
  }
}
