package dev.tandem.policy.bagel;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a pass by the expert that they go through. They meet in attention only, where the
 * understanding expert's come first.
 *
 * @param understanding {@code [B, columns, H]}; null where there are none
 * @param generation {@code [B, columns, H]}; null where there are none
 */
record Streams(@Nullable Tensor understanding, @Nullable Tensor generation) {

  /** The streams of columns that lie side by side, {@code [B, L, ...]}. */
  static Streams split(Tensor columns, long understandingColumns) {
    long generationColumns = columns.size(1) - understandingColumns;
    if (generationColumns == 0) {
      return new Streams(columns, null);
    }
    if (understandingColumns == 0) {
      return new Streams(null, columns);
    }
    return new Streams(
        columns.narrow(1, 0, understandingColumns),
        columns.narrow(1, understandingColumns, generationColumns));
  }

  long understandingColumns() {
    return understanding == null ? 0 : understanding.size(1);
  }

  Streams ofGeneration() {
    return new Streams(null, generation);
  }

  /** Takes each stream through its expert. */
  Streams map(UnaryOperator<Tensor> byUnderstanding, UnaryOperator<Tensor> byGeneration) {
    return new Streams(
        understanding == null ? null : byUnderstanding.apply(understanding),
        generation == null ? null : byGeneration.apply(generation));
  }

  /** Takes each stream with its counterpart, which must be there, through its expert. */
  Streams combine(
      Streams other, BinaryOperator<Tensor> byUnderstanding, BinaryOperator<Tensor> byGeneration) {
    return new Streams(
        understanding == null || other.understanding == null
            ? null
            : byUnderstanding.apply(understanding, other.understanding),
        generation == null || other.generation == null
            ? null
            : byGeneration.apply(generation, other.generation));
  }

  /** Both side by side along the axis of columns. */
  Tensor joined(int axis) {
    if (understanding != null && generation != null) {
      return torch.cat(new TensorVector(understanding, generation), axis);
    }
    Tensor only = understanding == null ? generation : understanding;
    if (only == null) {
      throw new IllegalStateException("A pass without columns");
    }
    return only;
  }
}
