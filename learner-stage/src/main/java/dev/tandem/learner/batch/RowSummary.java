package dev.tandem.learner.batch;

import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A rollout without its tensors.
 *
 * @param tokens length of its text
 * @param steps stochastic flow steps of its image
 * @param credit null: it has no row in {@code batches}, or not yet
 */
record RowSummary(
    String rolloutId,
    String groupId,
    int sampleIndex,
    String stage,
    String pairId,
    int tokens,
    int steps,
    @Nullable Credit credit) {

  /** The columns that {@link #of(Row)} expects. */
  static final String[] COLUMNS = {
    "rollout_id",
    "group_id",
    "sample_index",
    "stage",
    "pair_id",
    "size(token_ids) tokens",
    "greatest(size(flow_steps.step), 0) steps"
  };

  static RowSummary of(RolloutRow row) {
    return new RowSummary(
        row.rolloutId(),
        row.groupId(),
        row.sampleIndex(),
        row.stage(),
        row.pairId(),
        row.tokens().length,
        row.steps().size(),
        null);
  }

  /** From {@link #COLUMNS}. */
  static RowSummary of(Row row) {
    return new RowSummary(
        row.getString(0),
        row.getString(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getInt(5),
        row.getInt(6),
        null);
  }

  static RowSummary of(TrainingGroup group, Member member) {
    return new RowSummary(
        group.groupId() + "/" + member.sampleIndex(),
        group.groupId(),
        member.sampleIndex(),
        group.stage(),
        group.pairId(),
        member.trajectory().tokens().length,
        member.trajectory().steps().size(),
        new Credit(member.textAdvantage(), member.imageAdvantage()));
  }

  /** The same rollout with what is said of it in {@code batches}. */
  RowSummary with(Map<String, Credit> credit) {
    return new RowSummary(
        rolloutId, groupId, sampleIndex, stage, pairId, tokens, steps, credit.get(rolloutId));
  }

  boolean inTextLoss() {
    return credit != null && credit.text() != null;
  }

  boolean inImageLoss() {
    return credit != null && credit.image() != null && steps > 0;
  }

  /** Whether its policy losses, if any, have a gradient. */
  boolean hasSignal() {
    return credit != null && (isSignal(credit.text()) || isSignal(credit.image()));
  }

  private static boolean isSignal(@Nullable Double advantage) {
    return advantage != null && advantage != 0;
  }
}
