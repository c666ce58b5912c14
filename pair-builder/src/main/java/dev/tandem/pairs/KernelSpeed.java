package dev.tandem.pairs;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How fast a kernel multiplies in one thread here.
 *
 * @param kernel its name
 * @param gigaFlops billions of additions and multiplications a second, the best of some repetitions
 * @param largestError of its products, relative to the largest error that rounding allows
 */
public record KernelSpeed(String kernel, double gigaFlops, double largestError) {
  private static final long SEED = 7;

  /** Measures all kernels that run here with {@code rows} by {@code columns} products of rows. */
  public static List<KernelSpeed> measure(int rows, int columns, int dimension, int repetitions) {
    Random random = new Random(SEED);
    float[] left = gaussians(random, rows * dimension);
    float[] right = gaussians(random, columns * dimension);
    VectorBlock block = new VectorBlock(new int[rows], left, dimension);
    List<ProductKernel> kernels = ProductKernel.all();
    double[] seconds = new double[kernels.size()];
    float[][] products = new float[kernels.size()][rows * columns];
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (int k = 0; k < seconds.length; k++) {
        try (ProductKernel.Operand operand = kernels.get(k).operand(right, dimension)) {
          operand.take(left, block.places());
          long start = System.nanoTime();
          operand.multiply(0, columns, products[k]);
          double elapsed = (System.nanoTime() - start) / 1e9;
          seconds[k] = repetition == 0 ? elapsed : Math.min(seconds[k], elapsed);
        }
      }
    }
    List<KernelSpeed> speeds = new ArrayList<>();
    for (int k = 0; k < seconds.length; k++) {
      speeds.add(
          new KernelSpeed(
              kernels.get(k).getClass().getSimpleName(),
              2e-9 * rows * columns * dimension / seconds[k],
              largestError(left, right, dimension, products[k])));
    }
    return speeds;
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double largestError(float[] left, float[] right, int dimension, float[] product) {
    double[] leftSquares = Vectors.squaredLengths(left, dimension);
    double[] rightSquares = Vectors.squaredLengths(right, dimension);
    double largest = 0;
    for (int i = 0; i < product.length; i++) {
      int row = i / rightSquares.length;
      int column = i % rightSquares.length;
      double exact = Vectors.dot(left, row * dimension, right, column * dimension, dimension);
      double lengths = Math.sqrt(leftSquares[row] * rightSquares[column]);
      double bound = ProductKernel.errorBound(dimension, lengths);
      largest = Math.max(largest, Math.abs(product[i] - exact) / bound);
    }
    return largest;
  }
}
