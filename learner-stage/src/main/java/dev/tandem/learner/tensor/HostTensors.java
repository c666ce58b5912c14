package dev.tandem.learner.tensor;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Float64 tensors from arrays and back; the tensors belong to the caller's pointer scope. */
public final class HostTensors {
  private HostTensors() {}

  /** A float64 tensor with a copy of the values, row-major. */
  public static Tensor of(double[] values, long... shape) {
    checkSize(values.length, shape);
    try (DoublePointer copy = new DoublePointer(values);
        Tensor view = torch.from_blob(copy, shape, options(ScalarType.Double))) {
      return view.clone();
    }
  }

  /** A float64 tensor of float32 rows of equal length, one after the other. */
  public static Tensor ofRows(float[][] rows, long... shape) {
    float[] flat = new float[Arrays.stream(rows).mapToInt(row -> row.length).sum()];
    int start = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, flat, start, row.length);
      start += row.length;
    }
    checkSize(flat.length, shape);
    try (FloatPointer copy = new FloatPointer(flat);
        Tensor view = torch.from_blob(copy, shape, options(ScalarType.Float))) {
      return view.to(ScalarType.Double);
    }
  }

  /** A tensor of any device and type in float64 on the host, differentiable. */
  public static Tensor of(Tensor tensor) {
    return tensor.cpu().to(ScalarType.Double);
  }

  /** The values, row-major. */
  public static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    try (Tensor detached = tensor.detach();
        Tensor local = detached.cpu();
        Tensor wide = local.to(ScalarType.Double);
        Tensor plain = wide.contiguous()) {
      if (values.length > 0) {
        plain.data_ptr_double().get(values);
      }
    }
    return values;
  }

  private static TensorOptions options(ScalarType type) {
    return new TensorOptions().dtype(new ScalarTypeOptional(type));
  }

  private static void checkSize(int values, long[] shape) {
    if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != values) {
      throw new IllegalArgumentException(
          "Invalid shape: %s for %d values".formatted(Arrays.toString(shape), values));
    }
  }
}
