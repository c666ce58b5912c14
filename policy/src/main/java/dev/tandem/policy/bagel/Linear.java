package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * y = x W^T + b over the last axis.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}, or absent
 */
record Linear(Tensor weight, TensorOptional bias) {
  Tensor apply(Tensor x) {
    return torch.linear(x, weight, bias);
  }
}
