package dev.tandem.learner.batch;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A rollout without its tensors.
 *
 * @param inBatch whether it has a row in {@code batches}
 * @param tokens length of its text
 * @param steps stochastic flow steps of its image
 * @param textAdvantage null: the text loss does not consume it
 * @param imageAdvantage null: the image loss does not consume it
 */
record RowSummary(
    String rolloutId,
    String groupId,
    int sampleIndex,
    String stage,
    String pairId,
    boolean inBatch,
    int tokens,
    int steps,
    @Nullable Double textAdvantage,
    @Nullable Double imageAdvantage) {

  static RowSummary of(RolloutRow row) {
    return new RowSummary(
        row.rolloutId(),
        row.groupId(),
        row.sampleIndex(),
        row.stage(),
        row.pairId(),
        row.inBatch(),
        row.tokens().length,
        row.steps().size(),
        row.textAdvantage(),
        row.imageAdvantage());
  }

  /** From the columns in the order of the fields; a null in the sixth: no row in batches. */
  static RowSummary of(Row row) {
    boolean kept = !row.isNullAt(5) && row.getBoolean(5);
    return new RowSummary(
        row.getString(0),
        row.getString(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        !row.isNullAt(5),
        row.getInt(6),
        row.getInt(7),
        kept ? advantage(row, 8) : null,
        kept ? advantage(row, 9) : null);
  }

  static RowSummary of(TrainingGroup group, Member member) {
    return new RowSummary(
        group.groupId() + "/" + member.sampleIndex(),
        group.groupId(),
        member.sampleIndex(),
        group.stage(),
        group.pairId(),
        true,
        member.trajectory().tokens().length,
        member.trajectory().steps().size(),
        member.textAdvantage(),
        member.imageAdvantage());
  }

  private static @Nullable Double advantage(Row row, int ordinal) {
    return row.isNullAt(ordinal) ? null : row.getDouble(ordinal);
  }

  boolean inTextLoss() {
    return textAdvantage != null;
  }

  boolean inImageLoss() {
    return imageAdvantage != null && steps > 0;
  }

  /** Whether its policy losses, if any, have a gradient. */
  boolean hasSignal() {
    return (textAdvantage != null && textAdvantage != 0)
        || (imageAdvantage != null && imageAdvantage != 0);
  }
}
