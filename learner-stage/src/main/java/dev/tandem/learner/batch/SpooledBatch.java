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

  /** Groups whose rows were fetched. */
  static SpooledBatch of(
      SpoolFile file,
      Map<String, List<Slice>> places,
      List<GroupSummary> groups,
      GroupAssembler assembler) {
    return new SpooledBatch(file, assembler, places, groups, places.keySet());
  }

  /**
   * Takes over the rows of a rank's share.
   *
   * @param rows as {@link RolloutRow#bytes}
   * @param groups all groups of the iteration
   * @param held identities of the groups in the share
   * @param credit of their rollouts
   */
  public static SpooledBatch share(
      Iterator<byte[]> rows,
      List<GroupSummary> groups,
      Set<String> held,
      Map<String, Credit> credit,
      BatchSettings settings) {
    SpoolFile file = SpoolFile.create();
    try {
      Map<String, List<Slice>> places = new HashMap<>();
      rows.forEachRemaining(
          bytes ->
              places
                  .computeIfAbsent(RolloutRow.groupId(bytes), absent -> new ArrayList<>())
                  .add(file.append(ByteBuffer.wrap(bytes))));
      return new SpooledBatch(file, new GroupAssembler(settings, credit), places, groups, held);
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
}
