package dev.tandem.learner.batch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A group without its tensors: all that the passes over a batch need to know about groups that they
 * do not hold.
 *
 * @param groupId identity of the group
 * @param stage how it was sampled
 * @param pairId the pair that it trains on
 * @param size members, those without credit included
 * @param written members that the text loss consumes
 * @param tokens their tokens
 * @param drawn members that the image loss consumes
 * @param maxTokens most tokens that a text of this group could have had
 * @param degenerate whether no member has an advantage other than 0
 * @param work what a pass over the group costs, in tokens
 */
public record GroupSummary(
    String groupId,
    String stage,
    String pairId,
    int size,
    int written,
    long tokens,
    int drawn,
    int maxTokens,
    boolean degenerate,
    long work)
    implements Serializable {

  /**
   * The order in which groups are summed: by what they are. The identifier holds the run's name,
   * and the last bits of a sum depend on its order; it only decides between groups alike.
   */
  public static final Comparator<GroupSummary> ORDER =
      Comparator.comparing(GroupSummary::stage)
          .thenComparing(GroupSummary::pairId)
          .thenComparing(GroupSummary::groupId);

  /** A pass over a small latent. Only the proportion of texts and images depends on it. */
  private static final long TOKENS_PER_STEP = 16;

  /** Whether any loss consumes any member. */
  public boolean isTrained() {
    return written > 0 || drawn > 0;
  }

  /**
   * Sums up the rows of one group.
   *
   * @param found in any order; sorted here
   * @throws IllegalStateException if they are not the members of one group, each with credit or
   *     known to have none
   */
  static GroupSummary of(List<RowSummary> found, int maxTokens) {
    List<RowSummary> rows = new ArrayList<>(found);
    rows.sort(Comparator.comparingInt(RowSummary::sampleIndex));
    RowSummary first = rows.get(0);
    for (int i = 0; i < rows.size(); i++) {
      check(rows.get(i), i, first);
    }
    List<RowSummary> written = rows.stream().filter(RowSummary::inTextLoss).toList();
    long longest = rows.stream().mapToInt(RowSummary::tokens).max().orElse(0);
    return new GroupSummary(
        first.groupId(),
        first.stage(),
        first.pairId(),
        rows.size(),
        written.size(),
        written.stream().mapToLong(RowSummary::tokens).sum(),
        (int) rows.stream().filter(RowSummary::inImageLoss).count(),
        maxTokens,
        rows.stream().noneMatch(RowSummary::hasSignal),
        rows.size() * (longest + TOKENS_PER_STEP * first.steps()));
  }

  private static void check(RowSummary row, int place, RowSummary first) {
    if (row.credit() == null) {
      throw new IllegalStateException(
          "Cannot train on group %s: rollout %s has no row in batches"
              .formatted(row.groupId(), row.rolloutId()));
    }
    if (row.sampleIndex() != place) {
      throw new IllegalStateException(
          "Cannot train on group %s: found sample index %d, expected %d (each index from 0 once)"
              .formatted(row.groupId(), row.sampleIndex(), place));
    }
    if (!row.stage().equals(first.stage()) || !row.pairId().equals(first.pairId())) {
      throw new IllegalStateException(
          "Cannot train on group %s: members %d and 0 differ in stage or pair"
              .formatted(row.groupId(), place));
    }
  }
}
