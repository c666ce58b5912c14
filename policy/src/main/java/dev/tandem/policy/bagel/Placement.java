package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Where and in which precision a model computes. Its inputs are made here, so that no formula
 * depends on either.
 */
record Placement(torch.ScalarType type, Device device) {

  /** The placement of a weight, for the inputs that meet it. */
  static Placement of(Tensor weight) {
    return new Placement(weight.scalar_type().intern(), weight.device());
  }

  /** The same place for numbers that are not rounded further than to float32. */
  Placement precise() {
    return type == torch.ScalarType.BFloat16 ? new Placement(torch.ScalarType.Float, device) : this;
  }

  /** A tensor that lies here already, in this type. */
  Tensor typed(Tensor tensor) {
    return tensor.scalar_type().intern() == type ? tensor : tensor.to(type);
  }

  /** Floating-point numbers, rounded to the precision. */
  Tensor numbers(double[] values, long... shape) {
    if (type == torch.ScalarType.Float) {
      float[] single = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        single[i] = (float) values[i];
      }
      return numbers(single, shape);
    }
    return place(Tensor.create(values, shape)).to(type);
  }

  /** Floating-point numbers, rounded to the precision. */
  Tensor numbers(float[] values, long... shape) {
    Tensor tensor = place(Tensor.create(values, shape));
    return type == torch.ScalarType.Float ? tensor : tensor.to(type);
  }

  /** Indexes. */
  Tensor indexes(long[] values, long... shape) {
    return place(
        shape.length == 0 ? Tensor.create(values, values.length) : Tensor.create(values, shape));
  }

  /** A boolean mask from bytes, 1 for true. */
  Tensor mask(byte[] values, long... shape) {
    return place(Tensor.create(values, shape)).to(torch.ScalarType.Bool);
  }

  private Tensor place(Tensor tensor) {
    return device.is_cpu() ? tensor : tensor.to(device, tensor.scalar_type());
  }
}
