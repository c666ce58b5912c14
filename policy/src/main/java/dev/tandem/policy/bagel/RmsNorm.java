package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Root-mean-square normalisation over the last axis. */
final class RmsNorm {
  private static final long[] LAST = {-1};

  private final Tensor weight;
  private final TensorOptional optionalWeight;
  private final long[] shape;
  private final Scalar size;
  private final Scalar eps;
  private final DoubleOptional optionalEps;
  private final boolean halfPrecision;

  private RmsNorm(Tensor weight, TensorOptional optionalWeight, double eps) {
    this.weight = weight;
    this.optionalWeight = optionalWeight;
    this.shape = weight.shape();
    this.size = new Scalar((double) shape[0]).retainReference();
    this.eps = new Scalar(eps).retainReference();
    this.optionalEps = new DoubleOptional(eps).retainReference();
    this.halfPrecision = weight.element_size() < Float.BYTES;
  }

  /** The norm of that name. */
  static RmsNorm of(Weights weights, String name, double eps) {
    return new RmsNorm(weights.norm(name), weights.argument(name + ".weight"), eps);
  }

  Tensor apply(Tensor x) {
    return GradMode.is_enabled() && !halfPrecision
        ? composed(x)
        : torch.rms_norm(x, shape, optionalWeight, optionalEps);
  }

  /**
   * What libtorch composes {@code rms_norm} of, to the bit, but with the mean as a sum and a
   * division: the gradient of a mean is written out at full width, that of a sum is not.
   */
  private Tensor composed(Tensor x) {
    Tensor scale = x.square().sum(LAST, true, new ScalarTypeOptional()).div(size);
    scale.add_(eps);
    return x.mul(scale.rsqrt()).mul(weight);
  }
}
