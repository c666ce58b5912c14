package dev.tandem.bench.pairs;

import dev.tandem.pairs.KernelSpeed;
import java.util.Locale;

/** The kernels of products side by side, in one thread. */
public final class KernelsRun {
  private static final int REPETITIONS = 12;

  private KernelsRun() {}

  /** Prints a line for each kernel and shape. */
  public static void main(String[] arguments) {
    int[][] shapes = {{1024, 512, 2048}, {1024, 512, 512}, {256, 500, 192}};
    for (int[] shape : shapes) {
      for (KernelSpeed speed : KernelSpeed.measure(shape[0], shape[1], shape[2], REPETITIONS)) {
        System.out.printf(
            Locale.ROOT,
            "%4d x %3d products of %4d values  %-15s %7.1f GFLOP/s, error %.4f of the bound%n",
            shape[0],
            shape[1],
            shape[2],
            speed.kernel(),
            speed.gigaFlops(),
            speed.largestError());
      }
    }
  }
}
