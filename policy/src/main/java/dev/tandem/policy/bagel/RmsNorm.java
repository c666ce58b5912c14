package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Root-mean-square normalisation over the last axis.
 *
 * @param shape of the last axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RmsNorm(TensorOptional weight, long[] shape, DoubleOptional eps) {

  /** The norm of that name. */
  static RmsNorm of(Weights weights, String name, double eps) {
    return new RmsNorm(
        weights.argument(name + ".weight"),
        weights.norm(name).shape(),
        new DoubleOptional(eps).retainReference());
  }

  Tensor apply(Tensor x) {
    return torch.rms_norm(x, shape, weight, eps);
  }
}
