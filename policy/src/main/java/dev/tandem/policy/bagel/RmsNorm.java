package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Root-mean-square normalisation over the last axis. */
final class RmsNorm {
  private RmsNorm() {}

  static Tensor apply(Tensor x, Tensor weight, double eps) {
    return torch.rms_norm(
        x, new long[] {weight.size(0)}, new TensorOptional(weight), new DoubleOptional(eps));
  }
}
