package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;

/**
 * Rotary position embedding of the rotate-half form, with one position per token.
 *
 * @param cos {@code [B or 1, 1, L, headSize]}
 * @param sin as cos, the first half negated: what the swapped halves are multiplied by
 */
record Rotary(Tensor cos, Tensor sin) {

  /** Angles for {@code positions[batch][column]}. */
  static Rotary at(int[][] positions, int headSize, double theta, Placement placement) {
    int columns = positions[0].length;
    double[] cos = new double[positions.length * columns * headSize];
    double[] sin = new double[cos.length];
    int half = headSize / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / headSize);
    }
    for (int row = 0; row < positions.length; row++) {
      for (int column = 0; column < columns; column++) {
        int offset = (row * columns + column) * headSize;
        for (int i = 0; i < half; i++) {
          double angle = positions[row][column] * frequencies[i];
          cos[offset + i] = cos[offset + half + i] = Math.cos(angle);
          sin[offset + half + i] = Math.sin(angle);
          sin[offset + i] = -sin[offset + half + i];
        }
      }
    }
    long[] shape = {positions.length, 1, columns, headSize};
    return new Rotary(placement.numbers(cos, shape), placement.numbers(sin, shape));
  }

  /** Rotates queries or keys {@code [B, heads, L, headSize]}. */
  Tensor rotate(Tensor x) {
    Tensor swapped = x.roll(new long[] {x.size(3) / 2}, new long[] {3});
    return x.mul(cos).addcmul_(swapped, sin);
  }

  /** The embedding of the columns from the given one on. */
  Rotary from(long column) {
    long columns = cos.size(2) - column;
    return new Rotary(cos.narrow(2, column, columns), sin.narrow(2, column, columns));
  }
}
