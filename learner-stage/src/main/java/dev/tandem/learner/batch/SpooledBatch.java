package dev.tandem.learner.batch;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups whose rows lie in a local file as Spark lays rows out, so that memory holds only the
 * groups that are being worked on. The order in which rows arrive has no influence.
 */
public final class SpooledBatch implements TrainingBatch {
  private final SpooledRows rows;
  private final List<GroupSummary> groups;
  private final Set<String> held;
  private final GroupAssembler assembler;

  /**
   * @param groups all groups of the iteration
   * @param held identities of those whose rows are here
   */
  SpooledBatch(
      SpooledRows rows, List<GroupSummary> groups, Set<String> held, GroupAssembler assembler) {
    this.rows = rows;
    this.groups = List.copyOf(groups);
    this.held = Set.copyOf(held);
    this.assembler = assembler;
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
    SpooledRows spooled = new SpooledRows();
    try {
      rows.forEachRemaining(spooled::add);
      return new SpooledBatch(spooled, groups, held, new GroupAssembler(settings, credit));
    } catch (RuntimeException e) {
      spooled.close();
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
    return assembler.assemble(group, rows.read(group.groupId()));
  }

  @Override
  public void close() {
    rows.close();
  }
}
