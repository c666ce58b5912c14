package dev.tandem.learner.batch;

import dev.tandem.policy.training.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An iteration's rollouts in a local file, before they have credit. They can be fetched while their
 * rewards are still computed.
 */
public final class FetchedRollouts implements AutoCloseable {
  private final SpooledRows spooled = new SpooledRows();
  private final List<RowSummary> rows = new ArrayList<>();

  private FetchedRollouts() {}

  /**
   * Takes over all rows of an iteration. The order in which they arrive has no influence.
   *
   * @param rows as {@link RolloutRow#bytes}
   * @param images brings {@link ImageRow}s of samples
   */
  static FetchedRollouts of(Iterator<byte[]> rows, Function<Set<String>, Iterator<byte[]>> images) {
    FetchedRollouts fetched = new FetchedRollouts();
    try {
      Set<String> asked = new TreeSet<>();
      rows.forEachRemaining(row -> fetched.add(row, asked));
      if (!asked.isEmpty()) {
        images.apply(asked).forEachRemaining(fetched::addImage);
      }
      return fetched;
    } catch (RuntimeException e) {
      fetched.close();
      throw e;
    }
  }

  private void add(byte[] bytes, Set<String> asked) {
    RolloutRow row = RolloutRow.of(bytes);
    rows.add(RowSummary.of(row));
    spooled.add(bytes);
    if (row.asksAboutImage()) {
      asked.add(row.sampleId());
    }
  }

  private void addImage(byte[] bytes) {
    ImageRow row = ImageRow.of(bytes);
    spooled.addImage(row.sampleId(), row.image());
  }

  /**
   * The rollouts as the learner consumes them. The batch reads this file: it is of no use once
   * these rollouts are closed.
   *
   * @param credit by rollout
   */
  public TrainingBatch with(Map<String, Credit> credit, BatchSettings settings) {
    Set<String> held = rows.stream().map(RowSummary::groupId).collect(Collectors.toSet());
    return new SpooledBatch(
        spooled, settings.groups(rows, credit), held, new GroupAssembler(settings, credit));
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
    return assembler.assemble(TrajectoryAssembler.inOrder(spooled.read(groupId)));
  }

  /** Deletes the file. Closing again changes nothing. */
  @Override
  public void close() {
    spooled.close();
  }
}
