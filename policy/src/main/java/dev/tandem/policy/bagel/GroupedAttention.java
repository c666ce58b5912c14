package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Attention whose query heads share the key-value heads of their group. The queries of a group
 * stand below each other as if they were columns, so that no key or value is repeated.
 */
final class GroupedAttention {
  private final int heads;
  private final int groups;
  private final int repeats;

  GroupedAttention(BagelConfig.Llm config) {
    this.heads = config.heads();
    this.groups = config.keyValueHeads();
    this.repeats = heads / groups;
  }

  /**
   * What is added to the scores of a mask.
   *
   * @param mask boolean {@code [B or 1, 1, L or 1, keys]}, true where visible
   */
  Tensor bias(Tensor mask, Placement placement) {
    Tensor hidden = mask.logical_not();
    Tensor bias =
        placement
            .numbers(new float[] {0}, 1)
            .expand(mask.shape())
            .masked_fill(hidden, new Scalar(Double.NEGATIVE_INFINITY));
    return mask.size(2) == 1 || repeats == 1 ? bias : bias.repeat(1, 1, repeats, 1);
  }

  /**
   * Attends.
   *
   * @param query {@code [B, heads, L, headSize]}
   * @param bias of {@link #bias}; null where all is visible
   * @return {@code [B, L, ...]}, flattened {@code [B, L, heads * headSize]}
   */
  Tensor apply(Tensor query, KeySink.Visible visible, @Nullable TensorOptional bias) {
    long rows = query.size(0);
    long columns = query.size(2);
    long size = query.size(3);
    Tensor attended =
        torch.scaled_dot_product_attention(
            query.reshape(rows, groups, repeats * columns, size),
            visible.keys(),
            visible.values(),
            bias == null ? Absent.TENSOR : bias,
            0.0,
            false,
            Absent.NUMBER,
            false);
    return columns == 1
        ? attended.reshape(rows, 1, heads * size)
        : attended.reshape(rows, groups, repeats, columns, size).permute(0, 3, 1, 2, 4);
  }
}
