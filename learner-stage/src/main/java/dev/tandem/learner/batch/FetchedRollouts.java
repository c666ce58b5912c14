package dev.tandem.learner.batch;

import dev.tandem.learner.batch.SpoolFile.Slice;
import dev.tandem.policy.training.TrajectoryGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * An iteration's rollouts in a local file, before they have credit. They can be fetched while their
 * rewards are still computed.
 */
public final class FetchedRollouts implements AutoCloseable {
  private final SpoolFile file;
  private final Map<String, List<Slice>> places = new HashMap<>();
  private final List<RowSummary> rows = new ArrayList<>();

  private FetchedRollouts(SpoolFile file) {
    this.file = file;
  }

  /**
   * Takes over all rows of an iteration. The order in which they arrive has no influence.
   *
   * @param rows as {@link RolloutRow#bytes}
   */
  static FetchedRollouts of(Iterator<byte[]> rows) {
    FetchedRollouts fetched = new FetchedRollouts(SpoolFile.create());
    try {
      rows.forEachRemaining(fetched::add);
      return fetched;
    } catch (RuntimeException e) {
      fetched.close();
      throw e;
    }
  }

  private void add(byte[] bytes) {
    RowSummary row = RowSummary.of(RolloutRow.of(bytes));
    rows.add(row);
    places
        .computeIfAbsent(row.groupId(), absent -> new ArrayList<>())
        .add(file.append(ByteBuffer.wrap(bytes)));
  }

  /**
   * The rollouts as the learner consumes them. The batch reads this file: it is of no use once
   * these rollouts are closed.
   *
   * @param credit by rollout
   */
  public TrainingBatch with(Map<String, Credit> credit, BatchSettings settings) {
    return SpooledBatch.of(
        file, places, settings.groups(rows, credit), new GroupAssembler(settings, credit));
  }

  /**
   * The trajectories of all groups, in the order in which the learner first passes over them; each
   * is read from the file when it is asked for. Several threads may ask.
   */
  public List<FetchedGroup> groups(BatchSettings settings) {
    TrajectoryAssembler assembler = new TrajectoryAssembler(settings);
    return rows.stream()
        .filter(row -> row.sampleIndex() == 0)
        .sorted(
            Comparator.comparing(RowSummary::stage)
                .thenComparing(RowSummary::pairId)
                .thenComparing(RowSummary::groupId))
        .map(row -> new FetchedGroup(row.groupId(), () -> read(row.groupId(), assembler)))
        .toList();
  }

  private TrajectoryGroup read(String groupId, TrajectoryAssembler assembler) {
    return assembler.assemble(
        TrajectoryAssembler.inOrder(
            places.getOrDefault(groupId, List.of()).stream()
                .map(slice -> RolloutRow.of(file.read(slice).array()))
                .toList()));
  }

  /** Deletes the file. Closing again changes nothing. */
  @Override
  public void close() {
    file.close();
  }
}
