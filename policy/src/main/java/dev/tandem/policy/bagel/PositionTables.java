package dev.tandem.policy.bagel;

/** The fixed tables of sines and cosines that BAGEL adds to image tokens. */
final class PositionTables {
  private static final double PERIOD = 10_000;

  private PositionTables() {}

  /**
   * The 2-D table of MAE: the first half of the channels encodes the column, the second the row,
   * each as sines then cosines.
   *
   * @return {@code [side * side, channels]}, row-major
   */
  static double[] grid(int side, int channels) {
    double[] table = new double[side * side * channels];
    int half = channels / 2;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        int offset = (row * side + column) * channels;
        waves(column, half, table, offset);
        waves(row, half, table, offset + half);
      }
    }
    return table;
  }

  private static void waves(int position, int channels, double[] table, int offset) {
    int half = channels / 2;
    for (int i = 0; i < half; i++) {
      double angle = position / Math.pow(PERIOD, (double) i / half);
      table[offset + i] = Math.sin(angle);
      table[offset + half + i] = Math.cos(angle);
    }
  }

  /**
   * Features of a flow time: cosines then sines at geometric frequencies.
   *
   * @return {@code [times, features]}
   */
  static double[] timesteps(double[] times, int features) {
    int half = features / 2;
    double[] table = new double[times.length * features];
    for (int row = 0; row < times.length; row++) {
      for (int i = 0; i < half; i++) {
        double angle = times[row] * Math.exp(-Math.log(PERIOD) * i / half);
        table[row * features + i] = Math.cos(angle);
        table[row * features + half + i] = Math.sin(angle);
      }
    }
    return table;
  }
}
