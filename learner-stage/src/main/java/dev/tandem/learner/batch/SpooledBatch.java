package dev.tandem.learner.batch;

import dev.tandem.learner.batch.SpoolFile.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups whose rows lie in a local file as Spark lays rows out, so that memory holds only the
 * groups that are being worked on. The order in which rows arrive has no influence.
 */
public final class SpooledBatch implements TrainingBatch {
  private final SpoolFile file;
  private final GroupAssembler assembler;
  private final Map<String, List<Slice>> places;
  private final List<GroupSummary> groups;
  private final Set<String> held;

  private SpooledBatch(
      SpoolFile file,
      GroupAssembler assembler,
      Map<String, List<Slice>> places,
      List<GroupSummary> groups,
      Set<String> held) {
    this.file = file;
    this.assembler = assembler;
    this.places = places;
    this.groups = List.copyOf(groups);
    this.held = Set.copyOf(held);
  }

  /**
   * Takes over all rows of an iteration.
   *
   * @param rows as {@link RolloutRow#bytes}
   */
  static SpooledBatch whole(Iterator<byte[]> rows, BatchSettings settings) {
    Map<String, List<RowSummary>> summaries = new HashMap<>();
    SpoolFile file = SpoolFile.create();
    try {
      Map<String, List<Slice>> places = new HashMap<>();
      rows.forEachRemaining(
          bytes -> {
            RowSummary row = RowSummary.of(RolloutRow.of(bytes));
            add(summaries, row.groupId(), row);
            add(places, row.groupId(), file.append(ByteBuffer.wrap(bytes)));
          });
      List<GroupSummary> groups = settings.groups(summaries.values());
      return new SpooledBatch(file, new GroupAssembler(settings), places, groups, places.keySet());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Takes over the rows of a rank's share.
   *
   * @param rows as {@link RolloutRow#bytes}
   * @param groups all groups of the iteration
   * @param held identities of the groups in the share
   */
  public static SpooledBatch share(
      Iterator<byte[]> rows, List<GroupSummary> groups, Set<String> held, BatchSettings settings) {
    SpoolFile file = SpoolFile.create();
    try {
      Map<String, List<Slice>> places = new HashMap<>();
      rows.forEachRemaining(
          bytes -> add(places, RolloutRow.groupId(bytes), file.append(ByteBuffer.wrap(bytes))));
      return new SpooledBatch(file, new GroupAssembler(settings), places, groups, held);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public List<GroupSummary> groups() {
    return groups;
  }

  @Override
  public boolean holds(GroupSummary group) {
    return held.contains(group.groupId());
  }

  @Override
  public TrainingGroup read(GroupSummary group) {
    List<Slice> found = places.getOrDefault(group.groupId(), List.of());
    return assembler.assemble(
        group, found.stream().map(slice -> RolloutRow.of(file.read(slice).array())).toList());
  }

  @Override
  public void close() {
    file.close();
  }

  private static <T> void add(Map<String, List<T>> lists, String key, T value) {
    lists.computeIfAbsent(key, absent -> new ArrayList<>()).add(value);
  }
}
