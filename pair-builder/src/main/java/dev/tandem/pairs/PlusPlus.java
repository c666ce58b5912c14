package dev.tandem.pairs;

import dev.tandem.schemas.random.CounterRandom;
import java.util.Arrays;

/** K-means++ over weighted candidates in memory: each next centre is drawn by distance. */
final class PlusPlus {
  private final Centroids candidates;
  private final double[] weights;
  private final double[] squares;
  private final double[] distances;

  PlusPlus(Centroids candidates, double[] weights) {
    this.candidates = candidates;
    this.weights = weights.clone();
    this.squares = candidates.squaredLengths();
    this.distances = new double[weights.length];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
  }

  /** Chooses {@code count} of the candidates, or all where there are no more. */
  Centroids choose(int count, CounterRandom random) {
    int chosen = Math.min(count, weights.length);
    int dimension = candidates.dimension();
    double[] values = new double[chosen * dimension];
    double[] chances = weights.clone();
    try (ProductKernel.Operand operand =
        ProductKernel.best().operand(candidates.floats(), dimension)) {
      float[] products = new float[weights.length];
      for (int k = 0; k < chosen; k++) {
        int next = draw(chances, random.nextDouble());
        double[] row =
            Arrays.copyOfRange(candidates.values(), next * dimension, (next + 1) * dimension);
        System.arraycopy(row, 0, values, k * dimension, dimension);
        operand.take(Vectors.toFloats(row), new int[] {0});
        operand.multiply(0, weights.length, products);
        for (int i = 0; i < chances.length; i++) {
          double distance = Math.max(0, squares[i] - 2 * products[i] + squares[next]);
          distances[i] = i == next ? 0 : Math.min(distances[i], distance);
          chances[i] = weights[i] * distances[i];
        }
      }
    }
    return new Centroids(values, dimension);
  }

  private static int draw(double[] chances, double uniform) {
    double rest = uniform * Arrays.stream(chances).sum();
    int last = 0;
    for (int i = 0; i < chances.length; i++) {
      if (chances[i] > 0) {
        last = i;
        rest -= chances[i];
        if (rest < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
