package dev.tandem.learner.batch;

import dev.tandem.policy.training.Trajectory;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.jspecify.annotations.Nullable;

/**
 * A rollout, kept in Spark's own row format and read from it so that no number is boxed on the way.
 *
 * @param image the encoded image that a question is about, on the first member of its group; else
 *     null
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers; never compared
record RolloutRow(
    String rolloutId,
    String groupId,
    int sampleIndex,
    String stage,
    String pairId,
    String sampleId,
    String prompt,
    int[] tokens,
    float[] tokenLogProbs,
    List<StepRow> steps,
    byte @Nullable [] image) {

  private static final int GROUP_ID = 1;

  /** The column with the image. */
  static final String IMAGE = "input_image";

  /** The columns that {@link #of} expects, in this order. */
  static final String[] COLUMNS = {
    "rollout_id",
    "group_id",
    "sample_index",
    "stage",
    "pair_id",
    "sample_id",
    "prompt",
    "token_ids",
    "token_logprobs",
    "flow_steps",
    IMAGE
  };

  /**
   * A row as bytes.
   *
   * @param row with {@link #COLUMNS}
   */
  static byte[] bytes(UnsafeRow row) {
    return row.copy().getBytes();
  }

  /** Reads what {@link #bytes} wrote. */
  static RolloutRow of(byte[] bytes) {
    return of(unsafeRow(bytes));
  }

  /** The group's identity, without reading the rest. */
  static String groupId(byte[] bytes) {
    return text(unsafeRow(bytes), GROUP_ID);
  }

  private static UnsafeRow unsafeRow(byte[] bytes) {
    UnsafeRow row = new UnsafeRow(COLUMNS.length);
    row.pointTo(bytes, bytes.length);
    return row;
  }

  static RolloutRow of(InternalRow row) {
    return new RolloutRow(
        text(row, 0),
        text(row, GROUP_ID),
        row.getInt(2),
        text(row, 3),
        text(row, 4),
        text(row, 5),
        text(row, 6),
        row.getArray(7).toIntArray(),
        row.getArray(8).toFloatArray(),
        row.isNullAt(9) ? List.of() : steps(row.getArray(9)),
        row.isNullAt(10) ? null : row.getBinary(10));
  }

  /** Whether the learner must see the image of its sample: once a group, with the first member. */
  boolean asksAboutImage() {
    return sampleIndex == 0 && stage.equals("understand");
  }

  RolloutRow withImage(byte[] found) {
    return new RolloutRow(
        rolloutId,
        groupId,
        sampleIndex,
        stage,
        pairId,
        sampleId,
        prompt,
        tokens,
        tokenLogProbs,
        steps,
        found);
  }

  Trajectory trajectory() {
    return new Trajectory(tokens, steps.stream().map(StepRow::toStep).toList());
  }

  Member toMember(Credit credit) {
    return new Member(sampleIndex, trajectory(), tokenLogProbs, credit.text(), credit.image());
  }

  private static String text(InternalRow row, int ordinal) {
    return row.getUTF8String(ordinal).toString();
  }

  private static List<StepRow> steps(ArrayData array) {
    List<StepRow> steps = new ArrayList<>(array.numElements());
    for (int i = 0; i < array.numElements(); i++) {
      steps.add(StepRow.of(array.getStruct(i, StepRow.FIELDS)));
    }
    return steps;
  }
}
