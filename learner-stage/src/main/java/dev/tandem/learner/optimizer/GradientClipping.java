package dev.tandem.learner.optimizer;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Clips gradients by their global norm, as PyTorch's {@code clip_grad_norm_} does. */
public final class GradientClipping {
  // PyTorch's guard against division by zero; part of the result that others reproduce.
  private static final double GUARD = 1e-6;

  private GradientClipping() {}

  /**
   * The Euclidean norm of all gradients together, summed in their order in float64.
   *
   * @param gradients undefined tensors count as zero
   */
  public static double globalNorm(List<Tensor> gradients) {
    double squares = 0;
    for (Tensor gradient : gradients) {
      try (PointerScope scope = new PointerScope()) {
        if (gradient.defined()) {
          squares += gradient.to(ScalarType.Double).square().sum().item_double();
        }
      }
    }
    return Math.sqrt(squares);
  }

  /**
   * Scales the gradients in place so that their norm is at most {@code maxNorm}. A norm that is not
   * finite makes them NaN: callers check it before.
   *
   * @param norm their {@link #globalNorm}
   */
  public static void clip(List<Tensor> gradients, double norm, double maxNorm) {
    double factor = Math.min(1.0, maxNorm / (norm + GUARD));
    try (PointerScope scope = new PointerScope()) {
      Scalar scale = new Scalar(factor);
      for (Tensor gradient : gradients) {
        if (gradient.defined()) {
          gradient.mul_(scale);
        }
      }
    }
  }
}
