package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The clipped surrogate of PPO and GRPO (arXiv 2402.03300): {@code min(r A, clip(r) A)}.
 *
 * @param range free range of the ratio
 * @param ratioLimit {@code delta} of two-sided clipping (INTELLECT-2, arXiv 2505.07291; TRL): the
 *     first term's ratio is at most this, which bounds the loss where the advantage is negative;
 *     infinite: none
 * @param dualClip {@code c} of dual-clip PPO (arXiv 1912.09729; verl): where the advantage is
 *     negative the value is at least {@code c A}; infinite: none
 */
public record ClippedSurrogate(ClipRange range, double ratioLimit, double dualClip)
    implements TextSurrogate, FlowSurrogate {
  public ClippedSurrogate {
    Settings.positive("clip_delta", ratioLimit);
    if (!(dualClip > 1)) {
      throw new IllegalArgumentException(
          "Invalid dual_clip: %s (must be above 1)".formatted(dualClip));
    }
  }

  /** The surrogate with its range alone. */
  public ClippedSurrogate(ClipRange range) {
    this(range, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    return of(ratios.logRatio(), advantages);
  }

  @Override
  public Surrogate of(StepRatios ratios, Tensor advantages) {
    return of(ratios.logRatio(), advantages);
  }

  /**
   * Evaluates the surrogate.
   *
   * @param logRatio {@code log r}, any shape
   * @param advantage {@code A}, of a shape that broadcasts to that of {@code logRatio}
   */
  public Surrogate of(Tensor logRatio, Tensor advantage) {
    Tensor ratio = logRatio.exp();
    Tensor free = limited(ratio).mul(advantage);
    Tensor bounded = range.clamp(ratio).mul(advantage);
    return new Surrogate(ratio, dual(free.minimum(bounded), advantage), bounded.lt(free));
  }

  private Tensor limited(Tensor ratio) {
    return Double.isInfinite(ratioLimit)
        ? ratio
        : ratio.clamp(new ScalarOptional(), new ScalarOptional(new Scalar(ratioLimit)));
  }

  private Tensor dual(Tensor value, Tensor advantage) {
    if (Double.isInfinite(dualClip)) {
      return value;
    }
    Tensor least = advantage.mul(new Scalar(dualClip));
    return value.maximum(least).where(advantage.lt(new Scalar(0.0)), value);
  }
}
