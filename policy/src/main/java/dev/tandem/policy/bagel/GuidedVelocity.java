package dev.tandem.policy.bagel;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.Guidance.Renorm;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of classifier-free guidance (BAGEL; R3's rollout). With the velocities v of the
 * full context, v_text without the prompt's text and v_image without its image:
 *
 * <pre>
 * v'  = v_text + s_text (v - v_text)
 * v'' = v_image + s_image (v' - v_image)
 * guided = v'' * min(1, max(minimum, |v| / |v''|))
 * </pre>
 *
 * <p>{@link Renorm#TEXT_CHANNEL} shortens v' instead of v''. R3's training pass computes the same
 * when all three velocities are there, but ignores a single extra one, and its norm types are mixed
 * up by the caller; here rollout and replay call the same code.
 */
public final class GuidedVelocity {
  /** The references' guard against a division by zero. */
  private static final double EPSILON = 1e-8;

  private static final long[] TOKEN = {2};
  private static final long[] IMAGE = {1, 2};

  private final Guidance guidance;

  public GuidedVelocity(Guidance guidance) {
    this.guidance = guidance;
  }

  /**
   * The guided velocity at a flow time where guidance is active. Differentiable in all arguments.
   *
   * @param full velocities of the full context, {@code [B, N, C]} of any floating type
   * @param textDropped those of the context without the text
   * @param imageDropped those of the context without the image; null without image guidance
   */
  public Tensor combine(Tensor full, Tensor textDropped, @Nullable Tensor imageDropped) {
    Tensor guided = extrapolate(textDropped, full, guidance.textScale());
    if (guidance.renorm() == Renorm.TEXT_CHANNEL) {
      return withImage(shortened(guided, full, TOKEN), imageDropped);
    }
    guided = withImage(guided, imageDropped);
    return shortened(guided, full, guidance.renorm() == Renorm.GLOBAL ? IMAGE : TOKEN);
  }

  private Tensor withImage(Tensor guided, @Nullable Tensor imageDropped) {
    return imageDropped == null ? guided : extrapolate(imageDropped, guided, guidance.imageScale());
  }

  private static Tensor extrapolate(Tensor from, Tensor through, double scale) {
    return from.add(through.sub(from).mul(new Scalar(scale)));
  }

  private Tensor shortened(Tensor guided, Tensor full, long[] dimensions) {
    Tensor factor =
        norm(full, dimensions)
            .div(norm(guided, dimensions).add(new Scalar(EPSILON)))
            .clamp_min(new Scalar(guidance.renormMinimum()))
            .clamp_max(new Scalar(1.0));
    return guided.mul(factor);
  }

  private static Tensor norm(Tensor velocity, long[] dimensions) {
    return velocity.norm(new ScalarOptional(new Scalar(2.0)), dimensions, true);
  }
}
