package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * y = x W^T + b over the last axis.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}, or null for none
 */
record Linear(Tensor weight, @Nullable Tensor bias) {
  Tensor apply(Tensor x) {
    return bias == null
        ? torch.linear(x, weight)
        : torch.linear(x, weight, new TensorOptional(bias));
  }
}
