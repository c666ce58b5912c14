package dev.tandem.policy.diagnosis;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Precision;
import dev.tandem.policy.Torch;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Products of random matrices on a device: are they right, and how fast do they come? */
public final class MatrixProduct {
  private static final int ROWS = 37;
  private static final int INNER = 64;
  private static final int COLUMNS = 29;

  /** Mantissas of 24 and of 8 bits. */
  private static final double FLOAT_EPSILON = Math.pow(2, -24);

  private static final double BFLOAT16_EPSILON = Math.pow(2, -8);

  private final torch.ScalarType type;
  private final Device device;

  /** Products under settings that leave nothing to choose. */
  public MatrixProduct(ComputeSettings resolved) {
    Torch.use();
    this.type =
        resolved.precision() == Precision.BFLOAT16
            ? torch.ScalarType.BFloat16
            : torch.ScalarType.Float;
    this.device = new Device(resolved.device().toString());
  }

  /** The size of the matrices that are checked. */
  public static String checkedShape() {
    return "%d x %d by %d x %d".formatted(ROWS, INNER, INNER, COLUMNS);
  }

  /**
   * Compares a product to the same sums in Java in float64.
   *
   * @return the largest difference
   * @throws IllegalStateException if it is larger than rounding explains
   */
  public double check() {
    float[] left = RandomKey.of(1).random().nextGaussians(ROWS * INNER);
    float[] right = RandomKey.of(2).random().nextGaussians(INNER * COLUMNS);
    float[] product = product(left, right);
    double epsilon = type == torch.ScalarType.BFloat16 ? BFLOAT16_EPSILON : FLOAT_EPSILON;
    double largest = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < INNER; k++) {
          double term = (double) left[row * INNER + k] * right[k * COLUMNS + column];
          sum += term;
          magnitude += Math.abs(term);
        }
        double difference = Math.abs(product[row * COLUMNS + column] - sum);
        // Each factor, each of the sums and the result may be rounded once.
        if (!(difference <= (INNER + 3) * epsilon * magnitude)) {
          throw new IllegalStateException(
              "Wrong product of matrices on %s at row %d, column %d: found %s, expected %s"
                  .formatted(
                      device.str().getString(), row, column, product[row * COLUMNS + column], sum));
        }
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  private float[] product(float[] left, float[] right) {
    try (NoGradGuard guard = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      Tensor product =
          torch
              .mm(placed(left, ROWS, INNER), placed(right, INNER, COLUMNS))
              .cpu()
              .to(torch.ScalarType.Float)
              .contiguous();
      float[] values = new float[ROWS * COLUMNS];
      product.data_ptr_float().get(values);
      return values;
    }
  }

  private Tensor placed(float[] values, long rows, long columns) {
    return Tensor.create(values, rows, columns).to(device, type);
  }

  /**
   * Speed of the product of two square matrices.
   *
   * @param size rows of each
   * @param runs of which the median counts
   * @return in 10^9 floating-point operations a second
   */
  public double gigaflops(int size, int runs) {
    try (NoGradGuard guard = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      CounterRandom random = RandomKey.of(3).random();
      Tensor left = placed(random.nextGaussians(size * size), size, size);
      Tensor right = placed(random.nextGaussians(size * size), size, size);
      double[] seconds = new double[runs];
      timed(left, right);
      for (int run = 0; run < runs; run++) {
        seconds[run] = timed(left, right);
      }
      Arrays.sort(seconds);
      return 2.0 * size * size * size / seconds[runs / 2] / 1e9;
    }
  }

  /** Reading one number back waits for a device that works on its own. */
  private static double timed(Tensor left, Tensor right) {
    long start = System.nanoTime();
    torch.mm(left, right).narrow(0, 0, 1).sum().item_double();
    return (System.nanoTime() - start) / 1e9;
  }
}
