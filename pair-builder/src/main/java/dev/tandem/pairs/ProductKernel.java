package dev.tandem.pairs;

import java.util.ArrayList;
import java.util.List;

/**
 * Computes inner products of rows in single precision. Kernels sum in different orders, and so does
 * one kernel for blocks of different shapes: the results agree within {@link #errorBound} only, and
 * whoever must not depend on that decides close cases in double precision ({@link Contenders}).
 */
sealed interface ProductKernel permits OpenBlasKernel, VectorKernel, JavaKernel {
  /** Largest relative error of one operation in single precision. */
  double UNIT_ROUNDOFF = 0x1p-24;

  /** Takes a matrix {@code [N, D]} in the form that the kernel multiplies by. */
  Operand operand(float[] matrix, int dimension);

  /** A matrix ready to be multiplied by; not thread-safe. */
  interface Operand extends AutoCloseable {
    /**
     * Takes the rows that are multiplied from now on.
     *
     * @param values {@code [M, D]}
     * @param rows the places of those to take
     */
    void take(float[] values, int[] rows);

    /**
     * Multiplies the rows taken last by some rows of the matrix.
     *
     * @param from first row of the matrix
     * @param width how many rows of the matrix
     * @param product receives {@code [rows taken, width]}
     */
    void multiply(int from, int width, float[] product);

    @Override
    void close();
  }

  /** OpenBLAS where its native library loads, else Java, with the Vector API where there is one. */
  static ProductKernel best() {
    return all().get(0);
  }

  /** The kernels that run here, the fastest first. */
  static List<ProductKernel> all() {
    List<ProductKernel> kernels = new ArrayList<>();
    if (OpenBlasKernel.loads()) {
      kernels.add(new OpenBlasKernel());
    }
    if (VectorKernel.runs()) {
      kernels.add(new VectorKernel());
    }
    kernels.add(new JavaKernel());
    return kernels;
  }

  /**
   * How far a product may be from the exact one, whatever the order of its sum: gamma of D terms
   * (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1) with some to spare.
   *
   * @param lengths product of the two vectors' lengths
   */
  static double errorBound(int dimension, double lengths) {
    return (dimension + 8) * 1.01 * UNIT_ROUNDOFF * lengths;
  }
}
